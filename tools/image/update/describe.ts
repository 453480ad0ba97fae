import { createHash } from "node:crypto";
import fs from "node:fs";
import { Failure, failOnProblems } from "../../lib/failure.ts";
import { partitionBytes, type PartitionTable } from "../partitions/table.ts";
import type { VerityParams } from "../verity/params.ts";
import { MANIFEST_FORMAT, type UpdateManifest } from "./manifest.ts";

/** What an update image is made of. */
export interface UpdateParts {
  /** Image of the boot partition: a file. */
  boot: string;
  /** Image of the root partition, tree included: a file. */
  root: string;
  verity: VerityParams;
  table: PartitionTable;
  /** Names of the partitions that `boot` and `root` are written to, one a slot; each image must fit in all of its. */
  slots: { boot: readonly string[]; root: readonly string[] };
  version: string;
  generation: number;
}

/** Describes an update: sizes and sums of its images, and the disk that it fits on. */
export async function describeUpdate(parts: UpdateParts): Promise<UpdateManifest> {
  const { table, verity, version, generation } = parts;
  failOnProblems("update image", findProblems(parts));
  const { uuid: _, ...opening } = verity;
  return {
    ...{ format: MANIFEST_FORMAT, version, generation },
    layout: table.partitions.map((part) => ({ number: part.number, name: part.name, guid: part.guid, bytes: partitionBytes(part).length })),
    boot: await measure(parts.boot),
    root: { ...(await measure(parts.root)), verity: opening },
  };
}

function findProblems({ table, slots, boot, root, version }: UpdateParts): string[] {
  const problems = /^\S{1,128}$/.test(version) ? [] : [`version: expected one word, got \`${version}\``];
  for (const [file, names] of [[boot, slots.boot], [root, slots.root]] as const) {
    const { size } = fs.statSync(file);
    for (const name of names) {
      const part = table.partitions.find((candidate) => candidate.name === name);
      if (part === undefined) problems.push(`${table.file} has no partition ${name}`);
      else if (size > partitionBytes(part).length) problems.push(`${file} has ${size} bytes, partition ${name} has ${partitionBytes(part).length}`);
    }
  }
  return problems;
}

async function measure(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (bytes === 0) throw new Failure(`${file} is empty`);
  return { bytes, sha256: hash.digest("hex") };
}
