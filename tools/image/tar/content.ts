import fs from "node:fs";

/** A part of an open file, read only when its bytes are needed. */
export interface FileRange {
  readonly fd: number;
  readonly offset: number;
  readonly size: number;
  /** Path of the file, as it was given. */
  readonly file: string;
}

/** Bytes of a file: in memory, or still on disk. */
export type Content = Buffer | FileRange;

/** Number of bytes. */
export function contentSize(content: Content): number {
  return Buffer.isBuffer(content) ? content.length : content.size;
}

/** All the bytes, in memory. */
export function contentBytes(content: Content): Buffer {
  if (Buffer.isBuffer(content)) return content;
  const bytes = Buffer.allocUnsafe(content.size);
  copyContent(content, 0, bytes, 0, content.size);
  return bytes;
}

/** Copies `length` bytes from position `from` of the content to position `at` of `target`. */
export function copyContent(content: Content, from: number, target: Buffer, at: number, length: number): void {
  if (Buffer.isBuffer(content)) {
    content.copy(target, at, from, from + length);
    return;
  }
  for (let done = 0; done < length;) {
    const count = fs.readSync(content.fd, target, at + done, length - done, content.offset + from + done);
    if (count === 0) throw new Error(`file ends ${length - done} bytes early at offset ${content.offset + from + done}`);
    done += count;
  }
}

/** The content of a file on disk; the file stays open until the process ends. */
export function openContent(file: string): FileRange {
  const fd = fs.openSync(file, "r");
  return { fd, offset: 0, size: fs.fstatSync(fd).size, file };
}

/** Whether two contents have the same bytes. */
export function sameContent(a: Content, b: Content): boolean {
  return contentSize(a) === contentSize(b) && contentBytes(a).equals(contentBytes(b));
}
