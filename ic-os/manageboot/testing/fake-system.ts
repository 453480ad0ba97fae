import fs from "node:fs";
import path from "node:path";
import { gptBytes } from "../../../tools/image/disk/gpt.ts";
import { formatGrubenv } from "../../../tools/image/grub/grubenv.ts";
import { parsePartitionTable } from "../../../tools/image/partitions/csv.ts";
import { partitionBytes, type PartitionTable } from "../../../tools/image/partitions/table.ts";
import type { System } from "../system.ts";

/** A small disk of the shape of a GuestOS's. */
export const CSV = [
  ...["esp, 2048, 2048, U, 00000000-0000-4000-8000-000000000001", "grub, 4096, 2048, L, 00000000-0000-4000-8000-000000000002", "config, 6144, 2048, L, 00000000-0000-4000-8000-000000000003"],
  ...["A_boot, 8192, 2048, L, 00000000-0000-4000-8000-000000000004", "A_root, 10240, 4096, L, 00000000-0000-4000-8000-000000000005", "A_var, 14336, 2048, L, 00000000-0000-4000-8000-000000000006"],
  ...["B_boot, 55296, 2048, L, 00000000-0000-4000-8000-000000000007", "B_root, 57344, 4096, L, 00000000-0000-4000-8000-000000000008", "B_var, 61440, 40960, L, 00000000-0000-4000-8000-000000000009"],
].join("\n");

/** Reads partitions.csv's text. */
export function testTable(csv = CSV): PartitionTable {
  return parsePartitionTable(csv, { file: "test.csv", diskGuid: "00000000-0000-4000-8000-000000000000", diskBytes: 64 << 20 });
}

/** A system whose partitions are files that hold something else. */
export function fakeSystem(folder: string, options: { running?: "A" | "B"; grubenv?: Record<string, string>; version?: string; generation?: string; keys?: Record<string, string> } = {}): System {
  const at = (name: string): string => path.join(folder, name);
  const { running = "A", grubenv = { boot_alternative: running, boot_cycle: "stable" }, version = "1.5.0", generation = "3", keys = {} } = options;
  for (const name of ["partition", "config", "keys", "metrics"]) fs.mkdirSync(at(name), { recursive: true });
  const table = testTable();
  const { primary, backup } = gptBytes(table);
  fs.writeFileSync(at("disk"), Buffer.concat([primary, Buffer.alloc(4096), backup]));
  for (const part of table.partitions) fs.writeFileSync(at(`partition/${part.name}`), Buffer.alloc(partitionBytes(part).length, "old"));
  fs.writeFileSync(at("cmdline"), `console=ttyS0 dfinity.system=${running} panic=3\n`);
  fs.writeFileSync(at("grubenv"), formatGrubenv(new Map(Object.entries(grubenv))));
  fs.writeFileSync(at("version"), `${version}\n`);
  fs.writeFileSync(at("generation"), `${generation}\n`);
  for (const [name, pem] of Object.entries(keys)) fs.writeFileSync(at(`keys/${name}`), pem);
  return {
    ...{ grubenv: at("grubenv"), commandLine: at("cmdline"), partitions: at("partition"), disk: at("disk"), records: at("config/upgrade"), volumeStates: at("config/storage") },
    ...{ version: at("version"), generation: at("generation"), keys: at("keys"), lock: at("lock"), metrics: at("metrics/manageboot.prom") },
  };
}
