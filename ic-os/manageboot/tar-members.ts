import { Failure } from "../../tools/lib/failure.ts";
import { BLOCK, padding } from "../../tools/image/tar/entry.ts";
import { readNumber, sealHeader } from "../../tools/image/tar/header.ts";
import type { ByteReader } from "./byte-reader.ts";
import { readSparseMap, type Extent } from "./sparse-map.ts";

/** A file in the archive, whose data comes next. */
export interface TarMember {
  name: string;
  /** Size of the file, holes included. */
  bytes: number;
  /** Where its data goes, in order; what lies between is zeros. */
  extents: readonly Extent[];
}

/** Reads the header of the next member, which must have this name. A tar holds what we expect, in the order we expect, or is refused. */
export async function nextMember(reader: ByteReader, expected: string): Promise<TarMember> {
  const header = await reader.take(BLOCK);
  if (header.toString("latin1", 257, 262) !== "ustar" || !sealHeader(Buffer.from(header)).subarray(148, 154).equals(header.subarray(148, 154))) {
    throw new Failure(`expected the member ${expected} at byte ${reader.position - BLOCK}, got no tar header: this is no update image, or it is damaged`);
  }
  const name = header.toString("utf8", 0, Math.max(0, header.indexOf(0)));
  if (name !== expected) throw new Failure(`expected the member ${expected}, got \`${name}\`: ${name === "VERSION.TXT" ? "the image is not signed" : "this is no update image of the kind that this system installs"}`);
  const type = String.fromCharCode(header[156]!);
  const stored = readNumber(header.subarray(124, 136));
  if (!Number.isSafeInteger(stored) || stored < 0) throw new Failure(`${name}: expected a size, got ${stored}`);
  if (type === "S") return { name, ...(await readSparseMap(header, stored, reader)) };
  if (type !== "0") throw new Failure(`${name}: expected a file, got a member of type \`${type}\``);
  return { name, bytes: stored, extents: stored === 0 ? [] : [{ offset: 0, length: stored }] };
}

/** The whole content of a small member. */
export async function readSmall(reader: ByteReader, member: TarMember, limit: number): Promise<Buffer> {
  if (member.bytes > limit || member.extents.length > 1) throw new Failure(`${member.name}: expected at most ${limit} bytes, got ${member.bytes}`);
  const content = await reader.take(member.bytes);
  await skipPadding(reader, member.bytes);
  return content;
}

/** Data of a member as it comes, each piece with its place in the file. */
export async function* memberData(reader: ByteReader, member: TarMember): AsyncGenerator<{ offset: number; data: Buffer }> {
  let stored = 0;
  for (const extent of member.extents) {
    let { offset } = extent;
    for await (const data of reader.pieces(extent.length)) {
      yield { offset, data };
      offset += data.length;
    }
    stored += extent.length;
  }
  await skipPadding(reader, stored);
}

/** After the last member there are two blocks of zeros, and zeros up to the end. */
export async function expectEnd(reader: ByteReader): Promise<void> {
  let zeros = 0;
  for await (const piece of reader.remainder()) {
    if (piece.some((byte) => byte !== 0)) throw new Failure(`there is more behind the last member, at byte ${reader.position - piece.length}: this is not the image that was built`);
    zeros += piece.length;
  }
  if (zeros < 2 * BLOCK) throw new Failure("the archive has no end: it was cut short");
}

async function skipPadding(reader: ByteReader, stored: number): Promise<void> {
  await reader.take(padding(stored));
}
