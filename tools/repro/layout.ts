import type { Bytes } from "./bytes.ts";
import { field, type Difference } from "./difference.ts";

/** How a field's bytes are shown. Numbers are little-endian. */
export type Kind = "number" | "hex" | "text" | "guid";

/** A field of a structure on disk: name, offset and size in bytes, kind. */
export type Layout = readonly (readonly [name: string, offset: number, size: number, kind?: Kind])[];

/** The first field in which two structures differ; bytes that no field covers are compared last. */
export function compareLayout(layout: Layout, a: Bytes, b: Bytes, size: number): Difference | undefined {
  const one = a.read(0, size);
  const other = b.read(0, size);
  if (one.equals(other)) return undefined;
  for (const [name, offset, length, kind = "number"] of layout) {
    const [x, y] = [one, other].map((bytes) => bytes.subarray(offset, offset + length)) as [Buffer, Buffer];
    if (!x.equals(y)) return field(name, show(x, kind), show(y, kind));
  }
  let at = 0;
  while (one[at] === other[at]) at++;
  return field(`byte ${at}`, show(one.subarray(at, at + 1), "hex"), show(other.subarray(at, at + 1), "hex"));
}

/** A little-endian number of up to eight bytes. */
export function number(bytes: Bytes, at: number, size: number): number {
  return toNumber(bytes.read(at, size));
}

function toNumber(bytes: Buffer): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function show(bytes: Buffer, kind: Kind): string {
  switch (kind) {
    case "number":
      return String(toNumber(bytes));
    case "text":
      return JSON.stringify(bytes.toString("utf8").replace(/\0+$/, ""));
    case "guid":
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    case "hex":
      return `0x${bytes.toString("hex")}`;
  }
}
