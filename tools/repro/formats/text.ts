import type { Bytes } from "../bytes.ts";
import { field, type Difference } from "../difference.ts";

const MOST = 4 << 20;

/** Whether this is text: short, valid UTF-8 and no zero byte. */
export function isText(bytes: Bytes): boolean {
  if (bytes.size > MOST) return false;
  const content = bytes.read(0, bytes.size);
  return !content.includes(0) && content.equals(Buffer.from(content.toString("utf8")));
}

/** The first line that differs. */
export function compareText(a: Bytes, b: Bytes): Difference | undefined {
  const [ours, theirs] = [a, b].map((bytes) => bytes.read(0, bytes.size).toString("utf8").split("\n")) as [string[], string[]];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  const at = line < 0 ? ours.length : line;
  return field(`line ${at + 1}`, quoted(ours[at]), quoted(theirs[at]));
}

function quoted(line: string | undefined): string {
  return line === undefined ? "none" : JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
}
