import { sourceDateEpoch } from "../../lib/epoch.ts";
import { contentSize, copyContent, type Content } from "./content.ts";
import { BLOCK, END_OF_ARCHIVE, padding, type TarEntry } from "./entry.ts";
import { fillHeader } from "./header.ts";
import { paxRecord, XATTR_PREFIX } from "./pax.ts";

/** Pieces of this size reach the disk at once; measured: 1 MiB and more make no difference. */
const BUFFER_SIZE = 4 * 1024 * 1024;

/** Size of the pieces that `tarPieces` hands out, but for the last. */
const PIECE_SIZE = 1024 * 1024;

/** Writes a tar archive whose bytes depend on the entries only: fixed time, numeric owners, ustar with pax records where ustar does not suffice. */
export class TarWriter {
  readonly #sink: (bytes: Buffer) => void;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  #used = 0;

  /** `sink` takes the archive piece by piece; it must not keep a piece, whose memory is used again. */
  constructor(sink: (bytes: Buffer) => void) {
    this.#sink = sink;
  }

  /** Appends one entry. */
  add(entry: TarEntry): void {
    for (const block of entryHeaders(entry)) this.#content(block);
    if (entrySize(entry) > 0) this.#content(entry.content!);
  }

  /** Writes the two zero blocks (`END_OF_ARCHIVE` bytes, nothing after them) and what is still in memory. */
  end(): void {
    this.#zeros(END_OF_ARCHIVE);
    this.#flush();
  }

  #content(content: Content): void {
    const size = contentSize(content);
    for (let done = 0; done < size;) {
      if (this.#used === BUFFER_SIZE) this.#flush();
      const count = Math.min(size - done, BUFFER_SIZE - this.#used);
      copyContent(content, done, this.#buffer, this.#used, count);
      this.#used += count;
      done += count;
    }
    this.#zeros(padding(size));
  }

  #zeros(count: number): void {
    if (this.#used + count > BUFFER_SIZE) this.#flush();
    this.#buffer.fill(0, this.#used, this.#used + count);
    this.#used += count;
  }

  #flush(): void {
    this.#sink(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** The same archive piece by piece, for a program that reads it from a pipe. A piece is valid until the next one is asked for: its memory is used again. */
export function* tarPieces(entries: Iterable<TarEntry>): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(PIECE_SIZE);
  let used = 0;
  for (const part of archiveParts(entries)) {
    const size = contentSize(part);
    for (let done = 0; done < size; ) {
      if (used === PIECE_SIZE) {
        yield buffer;
        used = 0;
      }
      const count = Math.min(size - done, PIECE_SIZE - used);
      copyContent(part, done, buffer, used, count);
      used += count;
      done += count;
    }
  }
  yield buffer.subarray(0, used);
}

function* archiveParts(entries: Iterable<TarEntry>): Generator<Content> {
  for (const entry of entries) {
    yield* entryHeaders(entry);
    const size = entrySize(entry);
    if (size > 0) yield entry.content!;
    if (padding(size) > 0) yield Buffer.alloc(padding(size));
  }
  yield Buffer.alloc(END_OF_ARCHIVE);
}

/** Bytes of content that follow the headers of an entry. */
function entrySize(entry: TarEntry): number {
  return entry.type === "file" && entry.content !== undefined ? contentSize(entry.content) : 0;
}

/** What stands before an entry's content. Names are stored as `./path`, which mkfs.erofs, mke2fs and GNU tar take alike. */
function entryHeaders(entry: TarEntry): Buffer[] {
  const name = Buffer.from(`./${entry.path}${entry.type === "directory" && entry.path !== "" ? "/" : ""}`);
  const link = Buffer.from(entry.type === "hardlink" ? `./${entry.link}` : entry.link);
  const records = [
    ...(name.length > 100 ? [paxRecord("path", name)] : []),
    ...(link.length > 100 ? [paxRecord("linkpath", link)] : []),
    ...Object.entries(entry.xattrs ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => paxRecord(XATTR_PREFIX + key, value)),
  ];
  const header = Buffer.alloc(BLOCK);
  fillHeader(header, name, entry, entrySize(entry), link, sourceDateEpoch);
  if (records.length === 0) return [header];
  const data = Buffer.concat(records);
  const padded = Buffer.concat([data, Buffer.alloc(padding(data.length))]);
  const pax = Buffer.alloc(BLOCK);
  // The name of a pax header is never used; it must only not depend on a process id, as GNU tar's does.
  fillHeader(pax, Buffer.from("./PaxHeaders"), { type: "file", mode: 0o644, uid: 0, gid: 0 }, data.length, Buffer.alloc(0), sourceDateEpoch, "x");
  return [pax, padded, header];
}
