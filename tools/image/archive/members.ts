import fs from "node:fs";
import { sourceDateEpoch } from "../../lib/epoch.ts";
import { fileSegments, segmentChunks, segmentLength, type Segment } from "./segments.ts";
import { sparseHeader } from "./sparse-header.ts";
import { padding, RECORD_BYTES, sealHeader, tarHeader } from "./tar-header.ts";

/** A file in an archive. */
export interface Member {
  name: string;
  /** Size of the file after extraction. */
  bytes: number;
  /** Its data, in order. A segment but the last is a multiple of 512 bytes long. */
  segments: readonly Segment[];
}

/** A member that stands for a file of the build. */
export function fileMember(name: string, file: string): Member {
  return { name, bytes: fs.statSync(file).size, segments: fileSegments(file) };
}

/** The archive: members in the given order, root's, mode 0644, SOURCE_DATE_EPOCH; files with holes as GNU sparse members. */
export function* tarArchive(members: readonly Member[]): Generator<Uint8Array> {
  let written = 0;
  for (const member of members) {
    for (const chunk of tarMember(member)) {
      written += chunk.length;
      yield chunk;
    }
  }
  const end = Buffer.alloc(1024);
  yield end;
  yield padding(written + end.length, RECORD_BYTES);
}

function* tarMember(member: Member): Generator<Uint8Array> {
  yield memberHeader(member);
  for (const segment of member.segments) {
    yield* segmentChunks(segment);
    yield padding(segmentLength(segment));
  }
}

function memberHeader(member: Member): Buffer {
  const { name, bytes } = member;
  const extents = member.segments.map((segment) => ({ offset: segment.offset, length: segmentLength(segment) }));
  const stored = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (stored < bytes) return sparseHeader({ name, bytes, mode: 0o644, mtime: sourceDateEpoch }, extents);
  return sealHeader(tarHeader({ name, size: bytes, mode: 0o644, mtime: sourceDateEpoch, type: "0" }));
}
