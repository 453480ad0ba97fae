import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { openState, type OpenState } from "./state.ts";

let folder: string;
let lines: string[];
const log = createLog("test", (line) => lines.push(line));
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "state-"));
  lines = [];
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Opens the state, lets `use` work with it, and closes it. */
async function opened<T>(use: (store: OpenState) => Promise<T> | T): Promise<T> {
  const store = await openState(folder, log);
  try {
    return await use(store);
  } finally {
    await store.writer.close();
  }
}

const stateFile = (): string => path.join(folder, "state.log");

test("what was committed is there after the next start", async () => {
  await opened(async ({ writer }) => {
    await writer.commit([["height", 3]]);
    await writer.commit([["put", "a", Buffer.from("one")]]);
    await writer.commit([["put", "b", Buffer.from("two")]]);
    await writer.commit([["delete", "a"]]);
  });
  await opened(({ state, cutBytes }) => {
    expect(state.height).toBe(3);
    expect([...state.data].map(([key, value]) => [key, Buffer.from(value).toString()])).toEqual([["b", "two"]]);
    expect(state.dataBytes).toBe(4);
    expect(cutBytes).toBe(0);
  });
});

test("a write that is cut at any byte loses only itself, and the log says so", async () => {
  await opened(({ writer }) => writer.commit([["height", 1]]));
  const before = fs.statSync(stateFile()).size;
  await opened(({ writer }) => writer.commit([["height", 2], ["put", "key", Buffer.from("value")]]));
  const whole = fs.readFileSync(stateFile());
  for (let length = before; length < whole.length; length++) {
    fs.writeFileSync(stateFile(), whole.subarray(0, length));
    lines = [];
    await opened(async ({ state, cutBytes, writer }) => {
      expect(state.height).toBe(1);
      expect(state.data.size).toBe(0);
      expect(cutBytes).toBe(length - before);
      await writer.commit([["height", 5]]);
    });
    expect(lines.some((line) => line.includes("cut an unfinished write"))).toBe(length > before);
    // The cut is in the file, so that nothing of the old write lies behind what is written next.
    await opened(({ state, cutBytes }) => expect({ height: state.height, cutBytes }).toEqual({ height: 5, cutBytes: 0 }));
  }
});

test("damage is refused, and the file stays as it is", async () => {
  await opened(async ({ writer }) => {
    for (let height = 1; height <= 3; height++) await writer.commit([["height", height]]);
  });
  const damaged = fs.readFileSync(stateFile());
  damaged[40] = (damaged[40] ?? 0) ^ 1;
  fs.writeFileSync(stateFile(), damaged);
  await expect(openState(folder, log)).rejects.toThrow(expect.objectContaining({ exitCode: 4, message: expect.stringContaining("confirmed data is damaged") }));
  expect(fs.readFileSync(stateFile())).toEqual(damaged);
});

test("a folder that cannot be written is named", async () => {
  fs.writeFileSync(path.join(folder, "file"), "");
  await expect(openState(path.join(folder, "file", "state"), log)).rejects.toThrow(/state/);
});

test("a log that grew is compacted and keeps all of the state", async () => {
  const value = Buffer.alloc(64 * 1024, 7);
  await opened(async ({ writer }) => {
    // 128 x 64 KiB pass the 4 MiB from which a log is compacted.
    for (let n = 1; n <= 128; n++) await writer.commit([["height", n], ["put", `key${n % 3}`, value]]);
    expect(writer.bytes).toBeLessThan(5 * 1024 * 1024);
  });
  expect(lines.some((line) => line.includes("state compacted"))).toBe(true);
  expect(fs.readdirSync(folder)).toEqual(["state.log"]);
  await opened(({ state }) => {
    expect(state.height).toBe(128);
    expect([...state.data.keys()].sort()).toEqual(["key0", "key1", "key2"]);
    expect(Buffer.from(state.data.get("key1") ?? [])).toEqual(value);
  });
});
