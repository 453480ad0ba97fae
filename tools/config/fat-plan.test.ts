import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { readFatGeometry } from "../image/vfat/fat.ts";
import { scratchFolder } from "../lib/atomic.ts";
import { exec } from "../lib/exec.ts";
import { readVmTools } from "../vm/vm-tools.ts";
import { planFat } from "./fat-plan.ts";
import type { VolumeEntry } from "./volume-entry.ts";

const tools = readVmTools(process.env["VM_TOOLS"]!);
const MiB = 1024 * 1024;
const file = (size: number, name = "f"): VolumeEntry => ({ path: name, kind: "file", source: "/nowhere", size });

test.each([
  [0, 16, 4],
  [4 * MiB, 16, 5],
  [100 * MiB, 16, 101],
  [500 * MiB, 16, 501],
  [512 * MiB, 32, 515],
  [3000 * MiB, 32, 3007],
])("%d bytes: FAT%d of %d MiB, which mkfs.vfat makes with room for them", async (size, bits, mebibytes) => {
  const plan = planFat([file(size)]);
  expect({ bits: plan.bits, mebibytes: plan.bytes / MiB }).toEqual({ bits, mebibytes });
  using folder = scratchFolder("fat-plan");
  const image = path.join(folder.path, "fat.img");
  fs.writeFileSync(image, "");
  fs.truncateSync(image, plan.bytes);
  // mkfs.vfat warns about cluster counts that a reader could take for another FAT.
  const { stdout, stderr } = await exec(tools.mkfsVfat, ["--invariant", "-F", String(plan.bits), "-s", String(plan.sectorsPerCluster), image]);
  expect(`${stdout}${stderr}`).not.toContain("WARNING");
  const { clusters, clusterBytes } = readFatGeometry(image);
  expect(clusters * clusterBytes).toBeGreaterThanOrEqual(size);
  expect([clusters > 4085, clusters > 65524]).toEqual([true, bits === 32]);
});

test("many small files and long names take their room", () => {
  const files = Array.from({ length: 20_000 }, (_, index) => file(1, `d/${"n".repeat(200)}${index}`));
  // 20 000 clusters of 512 bytes, and 17 entries of 32 bytes a name.
  expect(planFat([{ path: "d", kind: "directory" }, ...files]).bytes).toBeGreaterThan(20_000 * 512 + 20_000 * 17 * 32);
});

test("what FAT or the limit does not allow is refused", () => {
  expect(() => planFat([file(4 * 1024 * MiB)])).toThrow("f: FAT holds files of less than 4 GiB, got 4294967296 bytes");
  const much = Array.from({ length: 5 }, (_, index) => file(4095 * MiB, `f${index}`));
  expect(() => planFat(much)).toThrow("the content needs a volume of 21 GiB, at most 16 GiB are made");
});
