import { generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { archiveBytes, type Member } from "../../../tools/image/archive/members.ts";
import { describeUpdate } from "../../../tools/image/update/describe.ts";
import { formatManifest, MEMBERS, type UpdateManifest } from "../../../tools/image/update/manifest.ts";
import { updateMembers } from "../../../tools/image/update/members.ts";
import { signManifest } from "../../../tools/image/update/signature.ts";
import { appendVerityTree } from "../../../tools/image/verity/format.ts";
import type { VerityParams } from "../../../tools/image/verity/params.ts";
import { testTable } from "./fake-system.ts";

/** A pair of keys, made for one test run. */
export interface KeyPair {
  privateKey: KeyObject;
  /** PEM. */
  publicPem: string;
}

/** Makes a pair of keys. */
export function makeKeys(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicPem: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** Images with holes at the front, in the middle and at the end; the root has a real dm-verity tree. */
export interface Images {
  boot: string;
  root: string;
  verity: VerityParams;
}

/** Makes the images of an update. */
export async function makeImages(folder: string, veritysetup: string): Promise<Images> {
  const boot = path.join(folder, "boot.img");
  const root = path.join(folder, "root.img");
  fs.writeFileSync(boot, Buffer.concat([randomBytes(200_000), Buffer.alloc(300_000), randomBytes(1000), Buffer.alloc(200_000)]));
  fs.writeFileSync(root, Buffer.concat([Buffer.alloc(128 << 10), randomBytes(100_000), Buffer.alloc(600_000), randomBytes(300_000)]));
  return { boot, root, verity: await appendVerityTree(veritysetup, root, "00000000-0000-4000-8000-00000000000f") };
}

/** What a test makes different about an update image. */
export interface Changes {
  version?: string;
  generation?: number;
  csv?: string;
  /** Before it is signed. */
  manifest?: (manifest: UpdateManifest) => unknown;
  signatures?: (manifest: Buffer, good: string) => string | undefined;
  /** After it was signed. */
  members?: (members: Member[]) => Member[];
  /** The whole tar. */
  archive?: (tar: Buffer) => Buffer;
}

/** An update image, not compressed. */
export async function makeUpdate(folder: string, images: Images, key: KeyPair, changes: Changes = {}): Promise<Buffer> {
  const { version = "1.6.0", generation = 3 } = changes;
  const described = await describeUpdate({ ...images, table: testTable(changes.csv), slots: { boot: [], root: [] }, version, generation });
  const manifest = changes.manifest === undefined ? formatManifest(described) : Buffer.from(JSON.stringify(changes.manifest(described)));
  const good = signManifest(manifest, key.privateKey);
  const signatures = changes.signatures === undefined ? good : changes.signatures(manifest, good);
  const write = (name: string, content: Buffer | string): string => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const members = updateMembers({
    ...{ manifest: write(MEMBERS.manifest, manifest), version: write(MEMBERS.version, `${version}\n`), boot: images.boot, root: images.root },
    signature: signatures === undefined ? undefined : write(MEMBERS.signature, signatures),
  });
  const tar = archiveBytes(changes.members?.(members) ?? members);
  return changes.archive?.(tar) ?? tar;
}
