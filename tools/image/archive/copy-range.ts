import fs from "node:fs";

/** Some bytes of a file. */
export interface FileBytes {
  file: string;
  offset: number;
  length: number;
}

/** Memory for copies, used again and again: fresh pages cost as much as reading into them. */
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);

/** Appends bytes of a file to an open one. */
export function copyRange({ file, offset, length }: FileBytes, target: number): void {
  const fd = fs.openSync(file, "r");
  try {
    for (let done = 0; done < length; ) {
      const count = fs.readSync(fd, buffer, 0, Math.min(buffer.length, length - done), offset + done);
      if (count === 0) throw new Error(`${file}: expected ${length} bytes at ${offset}, got ${done}`);
      for (let written = 0; written < count; ) written += fs.writeSync(target, buffer, written, count - written);
      done += count;
    }
  } finally {
    fs.closeSync(fd);
  }
}
