/** Tar blocks are 512 bytes: POSIX.1-2017 pax, "ustar Interchange Format". */
export const BLOCK_BYTES = 512;

/** Two zero blocks end an archive (same source). GNU tar pads to 20 blocks; so do we, for byte-equal small archives. */
export const RECORD_BYTES = 20 * BLOCK_BYTES;

/** One entry of a tar header. All else (no user names, epoch) is the same for every member the project writes. */
export interface TarEntry {
  /** Path without a leading slash; a directory ends with one. At most 100 bytes. */
  name: string;
  mode: number;
  /** Root's without. */
  uid?: number;
  gid?: number;
  /** Bytes of data that follow in the archive. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** `0` file, `5` directory, `S` GNU sparse file. */
  type: "0" | "5" | "S";
}

/** A 512-byte header in GNU format (GNU tar manual, "Basic Tar Format", struct oldgnu_header). The checksum is not set yet. */
export function tarHeader(entry: TarEntry): Buffer {
  const name = Buffer.from(entry.name);
  if (name.length > 100) throw new Error(`tar member name longer than 100 bytes: ${entry.name}`);
  const header = Buffer.alloc(BLOCK_BYTES);
  name.copy(header, 0);
  header.write(entry.mode.toString(8).padStart(7, "0"), 100);
  header.write((entry.uid ?? 0).toString(8).padStart(7, "0"), 108);
  header.write((entry.gid ?? 0).toString(8).padStart(7, "0"), 116);
  tarNumber(entry.size).copy(header, 124);
  tarNumber(entry.mtime).copy(header, 136);
  header.write(entry.type, 156);
  header.write("ustar  \0", 257, "latin1");
  return header;
}

/** Fills in the checksum: the sum of all bytes with the checksum field counted as spaces. */
export function sealHeader(header: Buffer): Buffer {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** A 12-byte number field: octal text, and from 8 GiB on GNU's base-256 (GNU tar manual, "Extensions to tar Archive Format"). */
export function tarNumber(value: number): Buffer {
  const field = Buffer.alloc(12);
  if (value < 8 ** 11) {
    field.write(value.toString(8).padStart(11, "0"));
  } else {
    field[0] = 0x80;
    field.writeBigUInt64BE(BigInt(value), 4);
  }
  return field;
}

/** Reads what `tarNumber` writes. */
export function readTarNumber(field: Buffer): number {
  if ((field[0]! & 0x80) !== 0) return Number(field.readBigUInt64BE(field.length - 8));
  const digits = field.toString("latin1").replace(/[\0 ]+$/, "").trim();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

/** Zero bytes that bring `size` to a whole number of blocks. */
export function padding(size: number, unit: number = BLOCK_BYTES): Buffer {
  return Buffer.alloc((unit - (size % unit)) % unit);
}
