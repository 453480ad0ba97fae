import { expect, test } from "@jest/globals";
import { encodeRecord } from "./record.ts";
import { recover } from "./recovery.ts";

const records = [0, 1, 2].map((n) => encodeRecord(BigInt(n), Buffer.from(`payload ${n}`)));
const log = Buffer.concat(records);
const lastStart = log.length - (records[2]?.length ?? 0);

test("a whole log is read", () => {
  const { records: read, soundBytes, damage } = recover(log);
  expect(read.map((record) => Buffer.from(record.payload).toString())).toEqual(["payload 0", "payload 1", "payload 2"]);
  expect(soundBytes).toBe(log.length);
  expect(damage).toBeUndefined();
});

test("a last record that is cut at any byte is left out, and all before it stay", () => {
  for (let length = lastStart; length < log.length; length++) {
    const recovered = recover(log.subarray(0, length));
    expect(recovered).toMatchObject({ soundBytes: lastStart, damage: undefined });
    expect(recovered.records).toHaveLength(2);
  }
});

test("a last record with any byte wrong, or never written, is left out", () => {
  for (let at = lastStart; at < log.length; at++) {
    const torn = Buffer.from(log);
    torn[at] = (torn[at] ?? 0) ^ 0xff;
    expect(recover(torn)).toMatchObject({ soundBytes: lastStart, damage: undefined });
  }
  const zeros = Buffer.from(log).fill(0, lastStart);
  expect(recover(zeros)).toMatchObject({ soundBytes: lastStart, damage: undefined });
});

test("any byte wrong in an earlier record is damage", () => {
  for (let at = 0; at < lastStart; at++) {
    const damaged = Buffer.from(log);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    expect(recover(damaged).damage).toBeDefined();
  }
});

test("records that are missing or repeated are damage", () => {
  const [first, second, third] = records as [Buffer, Buffer, Buffer];
  expect(recover(Buffer.concat([first, third])).damage).toContain("record 2 at byte");
  expect(recover(Buffer.concat([first, second, second])).damage).toContain("record 1 at byte");
});

test("a log without a first record is damage", () => {
  expect(recover(Buffer.alloc(0)).damage).toBe("there is no whole first record");
});
