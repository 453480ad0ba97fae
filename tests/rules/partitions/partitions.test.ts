import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { nameGuid } from "../../../tools/image/partitions/guid.ts";
import { partitionBytes, readPartitionTable } from "../../../tools/image/partitions/table.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const file = (name: string): string => runfile(process.env[name]!);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "partitions-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const GUESTOS = readPartitionTable(file("GUESTOS_TABLE"));
const MIB = 2 ** 20;

test("GuestOS: names, sizes and places that its upgrade scripts and GRUB count on", () => {
  expect(GUESTOS.partitions.map((part) => [part.number, part.name, part.start, partitionBytes(part).length / MIB, part.type])).toEqual([
    [1, "esp", 2048, 100, "U"],
    [2, "grub", 206848, 100, "L"],
    [3, "config", 411648, 100, "L"],
    [4, "A_boot", 616448, 1024, "L"],
    [5, "A_root", 2713600, 10240, "L"],
    [6, "A_var", 23685120, 10240, "L"],
    [7, "B_boot", 44656640, 1024, "L"],
    [8, "B_root", 46753792, 10240, "L"],
    [9, "B_var", 67725312, 10240, "L"],
  ]);
});

test("GuestOS: every GUID follows from its name and the namespace that the file declares", () => {
  const namespace = /^# namespace (\S+)/m.exec(fs.readFileSync(file("GUESTOS_CSV"), "utf8"))?.[1] ?? "";
  expect(GUESTOS.diskGuid).toBe(namespace);
  for (const part of GUESTOS.partitions) expect([part.name, part.guid]).toEqual([part.name, nameGuid(namespace, part.name)]);
});

test("a bad table fails the action: exit 4, every problem with its line, no output", () => {
  const csv = path.join(folder, "partitions.csv");
  const out = path.join(folder, "table.json");
  fs.writeFileSync(csv, "a,2048,4096,L,11111111-1111-4111-8111-111111111111\nb,4096,2048,Z,11111111-1111-4111-8111-111111111111\n");
  const result = spawnSync(file("CLI"), ["--csv", csv, "--disk-guid", GUESTOS.diskGuid, "--disk-size", "64M", "--out", out], { encoding: "utf8" });
  expect(result.status).toBe(4);
  expect(result.stderr.replaceAll(csv, "partitions.csv")).toBe(
    [
      "partition_table: partition table partitions.csv: 3 problems",
      "  - partitions.csv:2: type: expected U (EFI system), L (Linux) or M (Microsoft basic data), got `Z`",
      "  - partitions.csv:2: b: overlaps a (line 1) by 2048 sectors (1 MiB)",
      "  - partitions.csv:2: b: uuid 11111111-1111-4111-8111-111111111111 is used already by a (line 1)",
      "  Try: a line is: name, start, size, type, uuid, comment; sizes in sectors of 512 bytes",
      "",
    ].join("\n"),
  );
  expect(fs.readdirSync(folder)).toEqual(["partitions.csv"]);
});

test("wrong flags are a usage error", () => {
  const result = spawnSync(file("CLI"), ["--csv", "x", "--nonsense"], { encoding: "utf8" });
  expect(result.status).toBe(2);
  expect(result.stderr).toContain("Missing required arguments: disk-guid, disk-size, out");
});
