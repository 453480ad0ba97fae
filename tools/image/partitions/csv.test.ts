import { expect, test } from "@jest/globals";
import { Failure } from "../../lib/failure.ts";
import { parsePartitionTable } from "./csv.ts";

const GUIDS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"];
const OPTIONS = { file: "partitions.csv", diskGuid: "00000000-0000-4000-8000-00000000000d", diskBytes: 64 * 2 ** 20 };

const parse = (lines: string[], options = OPTIONS) => parsePartitionTable(lines.join("\n"), options);

/** The lines of the message after its first one. */
function problems(lines: string[], options = OPTIONS): string[] {
  try {
    parse(lines, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.exitCode).toBe(4);
    return error.message.split("\n").slice(1).map((line) => line.replace("  - ", ""));
  }
  throw new Error("expected a failure");
}

test("a good table: comments, empty lines, spaces, a comment column with commas", () => {
  const table = parse(["# a comment", "", `esp,  2048, 4096, U, ${GUIDS[0]!.toUpperCase()}, boot, first`, `data, 6144, 2048, M, ${GUIDS[1]}`]);
  expect(table.partitions).toEqual([
    { number: 1, name: "esp", start: 2048, sectors: 4096, type: "U", guid: GUIDS[0], line: 3 },
    { number: 2, name: "data", start: 6144, sectors: 2048, type: "M", guid: GUIDS[1], line: 4 },
  ]);
});

test("gaps between partitions are allowed", () => {
  expect(parse([`a, 2048, 2048, L, ${GUIDS[0]}`, `b, 8192, 2048, L, ${GUIDS[1]}`]).partitions).toHaveLength(2);
});

test("an overlap says by how much and with whom", () => {
  expect(problems([`a, 2048, 8192, L, ${GUIDS[0]}`, `b, 8192, 2048, L, ${GUIDS[1]}`])).toEqual([
    "partitions.csv:2: b: overlaps a (line 1) by 2048 sectors (1 MiB)",
  ]);
});

test("a partition inside another overlaps by its own size; so does one two lines away", () => {
  expect(problems([`a, 2048, 40960, L, ${GUIDS[0]}`, `b, 4096, 2048, L, ${GUIDS[1]}`, `c, 8192, 4096, L, ${GUIDS[2]}`])).toEqual([
    "partitions.csv:2: b: overlaps a (line 1) by 2048 sectors (1 MiB)",
    "partitions.csv:3: c: overlaps a (line 1) by 4096 sectors (2 MiB)",
  ]);
});

test("every problem of every line is reported at once", () => {
  expect(
    problems([
      `a, 2048, 2047, Q, ${GUIDS[0]}`,
      `a, 0x20, 2048, L, 123`,
      `b c, -1, 0, L, ${GUIDS[0]}`,
      `only, three, columns`,
      `d, 6144, 2048, L, ${GUIDS[0]}`,
    ]),
  ).toEqual([
    "partitions.csv:1: type: expected U (EFI system), L (Linux) or M (Microsoft basic data), got `Q`",
    "partitions.csv:2: uuid: expected 8-4-4-4-12 hexadecimal digits, got `123`",
    "partitions.csv:2: start: expected a number of sectors, got `0x20`",
    "partitions.csv:3: name: expected 1 to 36 letters, digits, _ or -, got `b c`",
    "partitions.csv:3: start: expected a number of sectors, got `-1`",
    "partitions.csv:3: size: expected at least 2048 sectors, got 0",
    "partitions.csv:4: expected 6 columns (name, start, size, type, uuid, comment), got 3",
    "partitions.csv:1: a: size: expected a multiple of 2048 sectors (1 MiB) above 0, got 2047",
    `partitions.csv:5: d: uuid ${GUIDS[0]} is used already by a (line 1)`,
  ]);
});

test("duplicate names and GUIDs, the latter without regard to case, and the disk's own GUID", () => {
  const upper = "ABCDEFAB-1111-4111-8111-111111111111";
  expect(problems([`a, 2048, 2048, L, ${upper}`, `a, 4096, 2048, L, ${upper.toLowerCase()}`, `c, 6144, 2048, L, ${OPTIONS.diskGuid}`])).toEqual([
    "partitions.csv:2: a: name is used already in line 1",
    `partitions.csv:2: a: uuid ${upper.toLowerCase()} is used already by a (line 1)`,
    `partitions.csv:3: c: uuid ${OPTIONS.diskGuid} is the disk's own`,
  ]);
});

test("misaligned, out of order, at sector 0", () => {
  expect(problems([`a, 6144, 2048, L, ${GUIDS[0]}`, `b, 2049, 2048, L, ${GUIDS[1]}`, `c, 0, 2048, L, ${GUIDS[2]}`])).toEqual([
    "partitions.csv:2: b: start: expected a multiple of 2048 sectors (1 MiB) above 0, got 2049",
    "partitions.csv:2: b: out of order: starts at sector 2049, before a (line 1) at 6144",
    "partitions.csv:3: c: start: expected a multiple of 2048 sectors (1 MiB) above 0, got 0",
    "partitions.csv:3: c: out of order: starts at sector 0, before b (line 2) at 2049",
  ]);
});

test("the end of the disk: the backup table needs the last 33 sectors", () => {
  const last = 64 * 2048; // sectors of the disk
  expect(problems([`a, 2048, ${last - 2048}, L, ${GUIDS[0]}`])).toEqual([
    `partitions.csv:1: a: ends 33 sectors (16.5 KiB) past the end of the disk: last sector ${last - 1}, last usable ${last - 34} of a 64 MiB disk`,
  ]);
  expect(parse([`a, 2048, ${last - 4096}, L, ${GUIDS[0]}`]).partitions).toHaveLength(1);
});

test("what surrounds the table: disk GUID, disk size, no partition at all", () => {
  expect(problems(["# nothing"])).toEqual(["partitions.csv: no partition declared"]);
  expect(problems([`a, 2048, 2048, L, ${GUIDS[0]}`], { ...OPTIONS, diskGuid: "x", diskBytes: 2 ** 24 + 1 })).toEqual([
    "disk GUID: expected 8-4-4-4-12 hexadecimal digits, got `x`",
    `disk size: expected a multiple of 512 bytes, got ${2 ** 24 + 1}`,
  ]);
});

test("GPT has room for 128 partitions", () => {
  const line = (n: number): string => `p${n}, ${n * 2048}, 2048, L, 00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const lines = Array.from({ length: 129 }, (_, index) => line(index + 1));
  expect(problems(lines, { ...OPTIONS, diskBytes: 2 ** 30 })).toEqual(["partitions.csv: expected at most 128 partitions, got 129"]);
  expect(parse(lines.slice(1), { ...OPTIONS, diskBytes: 2 ** 30 }).partitions).toHaveLength(128);
});
