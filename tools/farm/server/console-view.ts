import fs from "node:fs";
import path from "node:path";

/** How often the log is looked at, in milliseconds. Faster than one types. */
const LOOK_EVERY = 40;
/** The most that is read at once. */
const CHUNK = 256 * 1024;

/** What to do with a console's bytes. */
export interface ConsoleViewer {
  /** Gets what came since the last call. */
  show(bytes: Buffer): void;
  /** Whether it can take more now. */
  ready(): boolean;
  /** The VM is gone. */
  gone(): void;
}

/**
 * Follows the file that QEMU appends the console to, from byte `from` on. The file and not QEMU's socket: every viewer gets every byte once, also
 * those from before it came and those of the next start of the VM. Gives a function that ends it.
 */
export function followConsole(file: string, from: number, viewer: ConsoleViewer): () => void {
  let position = from;
  const timer = setInterval(() => {
    if (!viewer.ready()) return;
    try {
      const part = readFrom(file, position);
      position = part.end;
      if (part.bytes.length > 0) viewer.show(part.bytes);
    } catch (error) {
      // A VM that was never started has a folder and no log.
      if ((error as NodeJS.ErrnoException).code === "ENOENT" && fs.existsSync(path.dirname(file))) return;
      clearInterval(timer);
      viewer.gone();
    }
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}

/** A part of a file and where it ends. A file that became shorter was emptied: it is read from its beginning. */
function readFrom(file: string, position: number): { bytes: Buffer; end: number } {
  const fd = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(fd);
    const start = position > size ? 0 : position;
    const bytes = Buffer.alloc(Math.min(CHUNK, size - start));
    const count = fs.readSync(fd, bytes, 0, bytes.length, start);
    return { bytes: bytes.subarray(0, count), end: start + count };
  } finally {
    fs.closeSync(fd);
  }
}
