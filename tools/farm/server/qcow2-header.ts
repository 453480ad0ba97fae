import fs from "node:fs";
import { Refused } from "./refused.ts";

/** A disk image as QEMU has to be told about it. */
export interface DiskFormat {
  format: "raw" | "qcow2";
  /** Size of the disk that the guest sees. */
  bytes: number;
}

/**
 * The format of a plain image. A qcow2 image can name other files, which QEMU would open for the guest with the server's rights: such one is refused.
 * Fields: docs/interop/qcow2 of QEMU; numbers are big-endian.
 */
export function diskFormat(file: string): DiskFormat {
  const header = Buffer.alloc(104);
  const fd = fs.openSync(file, "r");
  try {
    fs.readSync(fd, header, 0, header.length, 0);
    if (header.toString("latin1", 0, 4) !== "QFI\xfb") return { format: "raw", bytes: fs.fstatSync(fd).size };
  } finally {
    fs.closeSync(fd);
  }
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new Refused(422, `the image is qcow2 of version ${version}, expected 2 or 3`);
  const backingFile = header.readBigUInt64BE(8) !== 0n;
  // Bit 2: the guest's data is in another file.
  const dataFile = version === 3 && (header.readBigUInt64BE(72) & 4n) !== 0n;
  if (backingFile || dataFile) {
    throw new Refused(422, `the qcow2 image names ${backingFile ? "a backing file" : "an external data file"}, expected an image that is whole`, {
      hint: "qemu-img convert -O qcow2 OLD NEW",
    });
  }
  return { format: "qcow2", bytes: Number(header.readBigUInt64BE(24)) };
}
