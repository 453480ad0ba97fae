import { expect, test } from "@jest/globals";
import type { LogFile } from "./log-file.ts";
import { decodeOperations, emptyState } from "./operation.ts";
import { recover } from "./recovery.ts";
import { StateWriter, SyncError } from "./state-writer.ts";

/** A disk in memory that fails on demand. */
function disk(): LogFile & { bytes: Buffer; fail: "nothing" | "write" | "sync"; writes: number; held: Promise<void> | undefined } {
  const fake = {
    bytes: Buffer.alloc(0),
    fail: "nothing" as "nothing" | "write" | "sync",
    writes: 0,
    held: undefined as Promise<void> | undefined,
    async write(data: Uint8Array, offset: number) {
      fake.writes += 1;
      // As a full disk does: a part arrives.
      const part = fake.fail === "write" ? data.subarray(0, data.length / 2) : data;
      fake.bytes = Buffer.concat([fake.bytes.subarray(0, offset), part]);
      if (fake.fail === "write") throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    },
    async sync() {
      await fake.held;
      if (fake.fail === "sync") throw new Error("EIO: i/o error");
    },
    async truncate(length: number) {
      fake.bytes = fake.bytes.subarray(0, length);
    },
    async close() {},
  };
  return fake;
}

function writerOn(file: LogFile): { writer: StateWriter; state: ReturnType<typeof emptyState> } {
  const state = emptyState();
  return { state, writer: new StateWriter({ state, file, bytes: 0, sequence: 0n, compacted: async () => undefined }) };
}

test("a full disk rejects the change, keeps the log sound, and is tried again", async () => {
  const file = disk();
  const { writer, state } = writerOn(file);
  await writer.commit([["height", 1]]);
  const sound = Buffer.from(file.bytes);
  file.fail = "write";
  await expect(writer.commit([["height", 2]])).rejects.toThrow("ENOSPC");
  expect(state.height).toBe(1);
  expect(file.bytes).toEqual(sound);
  file.fail = "nothing";
  await writer.commit([["height", 2]]);
  expect(recover(file.bytes).records).toHaveLength(2);
});

test("after a failed sync nothing is confirmed any more", async () => {
  const file = disk();
  const { writer, state } = writerOn(file);
  file.fail = "sync";
  await expect(writer.commit([["height", 1]])).rejects.toThrow(SyncError);
  file.fail = "nothing";
  await expect(writer.commit([["height", 1]])).rejects.toThrow(SyncError);
  expect(state.height).toBe(0);
});

test("changes that arrive while the disk is busy share a record, in order", async () => {
  const file = disk();
  const { writer } = writerOn(file);
  let release = (): void => {};
  file.held = new Promise((resolve) => (release = resolve));
  const commits = [1, 2, 3, 4].map((height) => writer.commit([["height", height]]));
  release();
  await Promise.all(commits);
  expect(file.writes).toBe(2);
  const [, second] = recover(file.bytes).records;
  expect(decodeOperations(second?.payload ?? new Uint8Array())).toEqual([["height", 2], ["height", 3], ["height", 4]]);
});

test("a change shows in the state only when it is on the disk", async () => {
  const file = disk();
  const { writer, state } = writerOn(file);
  let release = (): void => {};
  file.held = new Promise((resolve) => (release = resolve));
  const commit = writer.commit([["put", "key", Buffer.from("value")]]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(file.writes).toBe(1);
  expect(state.data.size).toBe(0);
  release();
  await commit;
  expect(state.data.size).toBe(1);
});
