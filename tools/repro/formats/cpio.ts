import type { Bytes } from "../bytes.ts";
import { field, firstOf, inside, type Difference } from "../difference.ts";
import type { Compare } from "./compare.ts";

const HEADER = 110;

// Linux, Documentation/driver-api/early-userspace/buffer-format.rst: "newc", each field eight hexadecimal digits behind the magic.
const FIELDS = ["inode", "mode", "uid", "gid", "links", "mtime", "size", "device major", "device minor", "node major", "node minor", "name size", "check"];

interface Member {
  name: string;
  fields: string[];
  content: Bytes;
}

/** Whether a "newc" archive begins here. */
export function isCpio(bytes: Bytes): boolean {
  return bytes.read(0, 6).toString("latin1") === "070701";
}

/** Compares two archives member by member, in their order. */
export function compareCpio(a: Bytes, b: Bytes, compare: Compare): Difference | undefined {
  const [ours, theirs] = [[...members(a)], [...members(b)]];
  return firstOf(
    ...Array.from({ length: Math.max(ours.length, theirs.length) }, (_, index) => () => {
      const [one, other] = [ours[index], theirs[index]];
      if (one === undefined || other === undefined || one.name !== other.name) return field(`member ${index + 1}`, one?.name ?? "none", other?.name ?? "none", ["cpio"]);
      return inside(
        `cpio member ${one.name}`,
        firstOf(
          ...FIELDS.map((name, at) => () => (name === "size" ? undefined : field(name, shown(name, one.fields[at]), shown(name, other.fields[at])))),
          () => compare(one.content, other.content),
        ),
      );
    }),
  );
}

function shown(name: string, hex = ""): string {
  const value = parseInt(hex, 16);
  return name === "mode" ? `0${value.toString(8)}` : String(value);
}

function* members(bytes: Bytes): Generator<Member> {
  for (let at = 0; at + HEADER <= bytes.size; ) {
    const header = bytes.read(at, HEADER).toString("latin1");
    if (!header.startsWith("070701")) return;
    const fields = FIELDS.map((_, index) => header.slice(6 + 8 * index, 14 + 8 * index));
    const [size, nameSize] = [parseInt(fields[6] ?? "", 16), parseInt(fields[11] ?? "", 16)];
    const content = at + aligned(HEADER + nameSize);
    const name = bytes.read(at + HEADER, nameSize - 1).toString("utf8");
    yield { name, fields, content: bytes.slice(content, size) };
    at = content + aligned(size);
  }
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}
