import { expect, test } from "@jest/globals";
import { readEntries } from "./read.ts";
import { countByMnemonic, executed } from "./summary.ts";

/** A field with bytes in it: wire type 2. */
function bytes(number: number, ...content: (Buffer | string)[]): Buffer {
  const value = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([number * 8 + 2, value.length]), value]);
}

function varint(number: number, value: number): Buffer {
  return Buffer.from(value < 128 ? [number * 8, value] : [number * 8, (value & 0x7f) | 0x80, value >> 7]);
}

function log(...messages: Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.from([message.length]), message]));
}

const source = Buffer.concat([varint(1, 1), bytes(3, bytes(1, "a.txt"), bytes(2, bytes(1, "aa"), varint(2, 300)))]);
const folder = Buffer.concat([varint(1, 2), bytes(4, bytes(1, "pkg"), bytes(2, bytes(1, "x.js"), bytes(2, bytes(1, "bb"))))]);
const inner = Buffer.concat([varint(1, 3), bytes(6, bytes(5, Buffer.from([2])))]);
const outer = Buffer.concat([varint(1, 4), bytes(6, bytes(5, Buffer.from([1])), bytes(4, Buffer.from([3])))]);
const output = Buffer.concat([varint(1, 5), bytes(3, bytes(1, "out.img"), bytes(2, bytes(1, "cc")))]);
const spawn = bytes(
  7,
  bytes(1, "tool"),
  bytes(1, "--out"),
  bytes(2, bytes(1, "TZ"), bytes(2, "UTC")),
  varint(4, 4),
  bytes(6, varint(5, 5)),
  bytes(7, "//:img"),
  bytes(8, "IcosDisk"),
  bytes(11, "linux-sandbox"),
);

test("puts a spawn together from the entries it refers to", () => {
  const [found] = readEntries(log(source, folder, inner, outer, output, spawn));
  expect(found).toMatchObject({ label: "//:img", mnemonic: "IcosDisk", runner: "linux-sandbox", cacheHit: false, args: ["tool", "--out"], environment: { TZ: "UTC" } });
  expect(found?.inputs()).toEqual([
    { path: "a.txt", hash: "aa", size: 300 },
    { path: "pkg/x.js", hash: "bb", size: 0 },
  ]);
  expect(found?.outputs).toEqual([{ path: "out.img", hash: "cc", size: 0 }]);
});

test("tells what ran from what a cache had", () => {
  const hit = bytes(7, bytes(8, "IcosDisk"), varint(12, 1));
  const spawns = readEntries(log(spawn, hit, hit));
  expect(countByMnemonic(spawns)).toEqual({ IcosDisk: 3 });
  expect(countByMnemonic(executed(spawns))).toEqual({ IcosDisk: 1 });
});

test("a log that was cut off is refused", () => {
  const whole = log(source, spawn);
  expect(() => readEntries(whole.subarray(0, whole.length - 3))).toThrow("3 bytes before its last message");
});
