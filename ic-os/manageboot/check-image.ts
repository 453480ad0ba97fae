import fs from "node:fs";
import { Failure, failOnProblems } from "../../tools/lib/failure.ts";
import { MANIFEST_MAX_BYTES, MEMBERS, parseManifest, type LayoutPartition, type UpdateManifest } from "../../tools/image/update/manifest.ts";
import { findSigner, SIGNATURE_MAX_BYTES } from "../../tools/image/update/signature.ts";
import type { Slot } from "./boot-state.ts";
import type { ByteReader } from "./byte-reader.ts";
import { diskLayout } from "./disk-layout.ts";
import type { System } from "./system.ts";
import { nextMember, readSmall } from "./tar-members.ts";
import { trustedKeys } from "./trusted-keys.ts";
import { isLowerVersion } from "./version-order.ts";

/** What the caller allows. */
export interface Allowed {
  /** A version that is lower than the running one. */
  downgrade: boolean;
  /** The only version that is wanted. */
  version?: string | undefined;
}

/** Reads what stands at the front of an update image and refuses the image if it is not for this system. Nothing was written yet. */
export async function checkImage(system: System, reader: ByteReader, target: Slot, allowed: Allowed): Promise<{ manifest: UpdateManifest; signer: string }> {
  const trusted = trustedKeys(system);
  const bytes = await readSmall(reader, await nextMember(reader, MEMBERS.manifest), MANIFEST_MAX_BYTES);
  const signatures = await readSmall(reader, await nextMember(reader, MEMBERS.signature), SIGNATURE_MAX_BYTES);
  const signer = findSigner(bytes, signatures.toString("latin1"), trusted);
  const manifest = parseManifest(bytes);
  const version = (await readSmall(reader, await nextMember(reader, MEMBERS.version), 1024)).toString("utf8").trim();
  const problems = [
    ...(version === manifest.version ? [] : [`${MEMBERS.version} says \`${version}\`, the signed manifest \`${manifest.version}\``]),
    ...versionProblems(system, manifest, allowed),
    ...layoutProblems(diskLayout(system), manifest, target),
  ];
  failOnProblems(`update image ${manifest.version} is refused, nothing was written`, problems);
  return { manifest, signer: signer.id };
}

function versionProblems(system: System, manifest: UpdateManifest, allowed: Allowed): string[] {
  const running = { version: runningVersion(system), generation: runningGeneration(system) };
  const problems: string[] = [];
  if (allowed.version !== undefined && manifest.version !== allowed.version) problems.push(`expected version ${allowed.version}, got ${manifest.version}`);
  if (manifest.generation < running.generation) problems.push(`expected generation ${running.generation} or higher, got ${manifest.generation}: the publisher has withdrawn what is older`);
  if (!allowed.downgrade && isLowerVersion(manifest.version, running.version)) problems.push(`a downgrade: ${running.version} runs; --allow-downgrade permits it`);
  return problems;
}

function layoutProblems(disk: readonly LayoutPartition[], manifest: UpdateManifest, target: Slot): string[] {
  const problems = manifest.layout.flatMap((wanted) => {
    const found = disk.find((part) => part.number === wanted.number);
    if (found === undefined) return [`partition ${wanted.number} (${wanted.name}): this disk has none`];
    if (found.name !== wanted.name || found.guid !== wanted.guid) return [`partition ${wanted.number}: expected ${wanted.name} (${wanted.guid}), this disk has ${found.name} (${found.guid})`];
    return found.bytes >= wanted.bytes ? [] : [`partition ${wanted.number} (${wanted.name}): expected ${wanted.bytes} bytes or more, this disk has ${found.bytes}`];
  });
  for (const image of ["boot", "root"] as const) {
    const name = `${target}_${image}`;
    const part = disk.find((candidate) => candidate.name === name);
    if (part === undefined) problems.push(`this disk has no partition ${name}`);
    else if (manifest[image].bytes > part.bytes) problems.push(`${image}.img has ${manifest[image].bytes} bytes, ${name} has room for ${part.bytes}`);
  }
  return problems;
}

/** Version of the running system. */
export function runningVersion(system: System): string {
  return fs.readFileSync(system.version, "utf8").trim();
}

function runningGeneration(system: System): number {
  if (!fs.existsSync(system.generation)) return 0;
  const text = fs.readFileSync(system.generation, "utf8").trim();
  if (!/^\d+$/.test(text)) throw new Failure(`${system.generation}: expected a whole number, got \`${text}\``);
  return Number(text);
}
