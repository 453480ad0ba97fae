import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readVerityParams, saltOf, VERITY_BLOCK_BYTES } from "../../../tools/image/verity/params.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const file = (name: string): string => runfile(process.env[name]!);
const params = (name: string) => readVerityParams(file(`${name}_PARAMS`));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "verity-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function verify(image: string, { dataBlocks, rootHash }: { dataBlocks: number; rootHash: string }): { status: number | null; text: string } {
  const result = spawnSync(file("VERITYSETUP"), ["verify", `--hash-offset=${dataBlocks * VERITY_BLOCK_BYTES}`, image, image, rootHash], { encoding: "utf8" });
  return { status: result.status, text: result.stdout + result.stderr };
}

test.each(["TOGETHER", "APART", "EXT4"])("veritysetup accepts %s", (name) => {
  expect(verify(file(name), params(name))).toMatchObject({ status: 0 });
});

test("the tree in the same action gives the same bytes as a tree of its own", () => {
  expect(fs.readFileSync(file("TOGETHER")).equals(fs.readFileSync(file("APART")))).toBe(true);
  expect(params("TOGETHER")).toEqual(params("APART"));
});

test("a flipped byte is found, in the data and in the tree", () => {
  const { dataBlocks } = params("TOGETHER");
  const original = fs.readFileSync(file("TOGETHER"));
  for (const at of [5000, (dataBlocks + 1) * VERITY_BLOCK_BYTES + 3]) {
    const bytes = Buffer.from(original);
    bytes[at] = bytes[at]! ^ 1;
    const image = path.join(folder, `flipped-${at}.img`);
    fs.writeFileSync(image, bytes);
    expect(verify(image, params("TOGETHER")).status).not.toBe(0);
  }
});

test("another root hash is refused", () => {
  expect(verify(file("TOGETHER"), { ...params("TOGETHER"), rootHash: "0".repeat(64) }).status).not.toBe(0);
});

test("parameters: salt from the UUID, the tree after one block of superblock, the hash as text too", () => {
  const { salt, uuid, dataBlocks, hashStartBlock, rootHash } = params("TOGETHER");
  expect(salt).toBe(saltOf(uuid));
  expect(hashStartBlock).toBe(dataBlocks + 1);
  expect(fs.readFileSync(file("TOGETHER_HASH"), "utf8")).toBe(`${rootHash}\n`);
  const image = fs.readFileSync(file("TOGETHER"));
  expect(image.toString("latin1", dataBlocks * VERITY_BLOCK_BYTES, dataBlocks * VERITY_BLOCK_BYTES + 6)).toBe("verity");
});

test("a later archive wins over an earlier, a file over both; folders of the first keep their modes", () => {
  const out = path.join(folder, "extracted");
  execFileSync(file("FSCK"), [`--extract=${out}`, file("APART")]);
  const mode = (name: string): string => (fs.statSync(path.join(out, name)).mode & 0o777).toString(8);
  expect(fs.readFileSync(path.join(out, "etc/version"), "utf8")).toBe("one\n");
  expect(fs.readFileSync(path.join(out, "root/new/file"), "utf8")).toBe("two\n");
  expect([mode("root"), mode("root/new"), mode("root/new/file"), mode("etc/kept")]).toEqual(["700", "755", "755", "600"]);
});

test("boot arguments name this root, in each slot", () => {
  const { rootHash, dataBlocks, hashStartBlock, salt } = params("TOGETHER");
  const lines = fs.readFileSync(file("BOOT_ARGS"), "utf8").trim().split("\n");
  expect(lines).toHaveLength(2);
  for (const [index, slot] of ["A", "B"].entries()) {
    expect(lines[index]).toMatch(new RegExp(`^BOOT_ARGS_${slot}="[^"]*"$`));
    expect(lines[index]!.split(/[ "]/)).toEqual(expect.arrayContaining([`dfinity.system=${slot}`, `root_hash=${rootHash}`, `guestos.verity=${dataBlocks}:${hashStartBlock}:${salt}`, "console=tty0"]));
  }
});
