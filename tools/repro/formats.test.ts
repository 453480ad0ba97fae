import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { runfile } from "../lib/runfiles.ts";
import { sparseHeader } from "../image/archive/sparse-header.ts";
import { gptBytes } from "../image/disk/gpt.ts";
import { writeCpio, FileType } from "../image/initrd/cpio.ts";
import type { PartitionTable } from "../image/partitions/table.ts";
import { tarBytes } from "../image/tar/archive.ts";
import type { TarEntry } from "../image/tar/entry.ts";
import { type Bytes, bufferBytes, fileBytes } from "./bytes.ts";
import { contentComparer } from "./compare-content.ts";
import { describe } from "./difference.ts";

const tool = (name: string): string => runfile((process.env["TOOLS"] ?? "").split(" ").find((file) => file.endsWith(`/${name}`)) ?? name);
const compare = contentComparer({ debugfs: tool("debugfs"), fsckErofs: tool("fsck.erofs") });
const folder = scratchFolder("formats-test");
const UUID = "0d9d1c0c-54d5-4b2f-8b2c-7c0a5c1f3a01";
let images = 0;

function difference(a: Bytes, b: Bytes): string {
  const found = compare(a, b);
  return found === undefined ? "same" : describe(found);
}

/** Runs a tool that writes the image `IMAGE` of its arguments. */
function image(name: string, args: string[], size?: number): Bytes {
  const file = path.join(folder.path, String(images++));
  if (size !== undefined) fs.writeFileSync(file, Buffer.alloc(size));
  const result = spawnSync(tool(name), args.map((arg) => arg.replace("IMAGE", file)), { encoding: "utf8", env: { SOURCE_DATE_EPOCH: "1700000000", E2FSPROGS_FAKE_TIME: "1700000000", TZ: "UTC" } });
  if (result.status !== 0) throw new Error(`${name}: ${result.stderr}`);
  return fileBytes(file);
}

function tree(change: Partial<TarEntry> = {}, content = "127.0.0.1 localhost\n"): Buffer {
  const entry = { uid: 0, gid: 0, link: "" };
  return tarBytes([
    { ...entry, path: "etc", type: "directory", mode: 0o755 },
    { ...entry, path: "etc/hosts", type: "file", mode: 0o644, content: Buffer.from(content), ...change },
    { ...entry, path: "etc/large", type: "file", mode: 0o644, content: Buffer.alloc(9000, "x") },
  ]);
}

function stored(content: Buffer): string {
  const file = path.join(folder.path, String(images++));
  fs.writeFileSync(file, content);
  return file;
}

test("tar: a member's field, and what is in it, through zstd", () => {
  expect(difference(bufferBytes(tree()), bufferBytes(tree()))).toBe("same");
  expect(difference(bufferBytes(tree()), bufferBytes(tree({ mode: 0o600 })))).toBe("tar member ./etc/hosts > mode: 0000644 in the first build, 0000600 in the second");
  const [a, b] = [tree(), tree({}, "127.0.0.1 other\n")].map((bytes) => bufferBytes(zlib.zstdCompressSync(bytes))) as [Bytes, Bytes];
  expect(difference(a, b)).toBe(`zstd > tar member ./etc/hosts > line 1: "127.0.0.1 localhost" in the first build, "127.0.0.1 other" in the second`);
});

test("tar: another order", () => {
  const entry = { uid: 0, gid: 0, link: "", type: "directory", mode: 0o755 } as const;
  const [a, b] = [["x", "y"], ["y", "x"]].map((names) => bufferBytes(tarBytes(names.map((name) => ({ ...entry, path: name }))))) as [Bytes, Bytes];
  expect(difference(a, b)).toMatch(/^tar > member 1: \.\/x\/ in the first build, \.\/y\/ in the second$/);
});

test("tar: a file with holes, at the place where it lies in the file", () => {
  const sparse = (byte: string): Bytes => {
    const extents = Array.from({ length: 6 }, (_, index) => ({ offset: index << 20, length: 512 }));
    const header = sparseHeader({ name: "disk.img", mode: 0o644, mtime: 0, bytes: 16 << 20 }, extents);
    const stored = Buffer.alloc(6 * 512);
    stored.write(byte, 5 * 512 + 7);
    return bufferBytes(Buffer.concat([header, stored, Buffer.alloc(1024)]));
  };
  expect(difference(sparse("a"), sparse("b"))).toBe(`tar member disk.img > byte ${(5 << 20) + 7}: 0x6100000000000000 in the first build, 0x6200000000000000 in the second`);
});

test("cpio: a member's mode and content", () => {
  const archive = (mode: number, data: string): Bytes => bufferBytes(writeCpio([{ path: "init", mode: FileType.regular | mode, data: Buffer.from(data) }]));
  expect(difference(archive(0o755, "a"), archive(0o700, "a"))).toBe("cpio member init > mode: 0100755 in the first build, 0100700 in the second");
  expect(difference(archive(0o755, "a"), archive(0o755, "b"))).toBe(`cpio member init > line 1: "a" in the first build, "b" in the second`);
});

test("GPT: a partition's GUID, the disk's GUID", () => {
  const table = (diskGuid: string, guid: string): PartitionTable => ({
    file: "partitions.csv",
    diskBytes: 64 << 20,
    diskGuid,
    partitions: [{ number: 1, name: "root", start: 2048, sectors: 2048, type: "L", guid, line: 1 }],
  });
  const disk = (t: PartitionTable): Bytes => bufferBytes(gptBytes(t).primary);
  const other = UUID.replace("0d9d", "1111");
  expect(difference(disk(table(UUID, UUID)), disk(table(UUID, other)))).toMatch(/^GPT entry 1 \(root\) > unique GUID: 0c1c9d0d-/);
  expect(difference(disk(table(UUID, UUID)), disk(table(other, UUID)))).toMatch(/^GPT header > disk GUID: /);
});

test("ext4: superblock, a file's time, a file's content", () => {
  const make = (from: Buffer, uuid = UUID): Bytes =>
    image("mke2fs", ["-q", "-t", "ext4", "-O", "^has_journal,^metadata_csum", "-U", uuid, "-E", `hash_seed=${UUID},root_owner=0:0`, "-d", stored(from), "IMAGE", "4M"]);
  expect(difference(make(tree()), make(tree(), UUID.replace("0d9d", "1111")))).toMatch(/^ext4 superblock > UUID: /);
  expect(difference(make(tree()), make(tree({ uid: 7 })))).toBe("ext4 > file /etc/hosts > uid: 0 in the first build, 7 in the second");
  expect(difference(make(tree()), make(tree({}, "127.0.0.1 localhosT\n")))).toMatch(/^ext4 > file \/etc\/hosts > byte \d+: 0x54|^ext4 > file \/etc\/hosts > /);
});

test("erofs: superblock, an inode, a file's content; and dm-verity behind it", () => {
  const make = (from: Buffer, uuid = UUID): Bytes => image("mkfs.erofs", ["-zlz4", "-T1700000000", `-U${uuid}`, "--tar=f", "IMAGE", stored(from)]);
  const sealed = (from: Buffer, salt: string): Bytes => {
    const file = make(from).file ?? "";
    const size = Math.ceil(fs.statSync(file).size / 4096) * 4096;
    fs.truncateSync(file, size);
    const args = ["format", `--data-blocks=${size / 4096}`, `--hash-offset=${size}`, `--salt=${salt}`, `--uuid=${UUID}`, file, file];
    if (spawnSync(tool("veritysetup"), args).status !== 0) throw new Error("veritysetup failed");
    return fileBytes(file);
  };
  expect(difference(make(tree()), make(tree(), UUID.replace("0d9d", "1111")))).toMatch(/^erofs superblock > UUID: /);
  expect(difference(make(tree()), make(tree({ mode: 0o600 })))).toBe("erofs > file /etc/hosts > mode: 0100644 in the first build, 0100600 in the second");
  expect(difference(make(tree()), make(tree({}, "127.0.0.1 localhosT\n")))).toBe(`erofs > file /etc/hosts > line 1: "127.0.0.1 localhost" in the first build, "127.0.0.1 localhosT" in the second`);
  expect(difference(sealed(tree(), "aa"), sealed(tree(), "bb"))).toMatch(/^dm-verity superblock > salt: 0xaa0+ in the first build, 0xbb/);
});

test("vfat: volume id, a file's time, a file's content", () => {
  const make = (id: string, content: string, time: number): Bytes => {
    const bytes = image("mkfs.vfat", ["--invariant", "-F16", "-s1", "-i", id, "IMAGE"], 8 << 20);
    const file = path.join(folder.path, "grub.cfg");
    fs.writeFileSync(file, content);
    fs.utimesSync(file, time, time);
    const result = spawnSync(tool("mtools"), ["-c", "mcopy", "-m", "-i", bytes.file ?? "", file, "::grub.cfg"], { encoding: "utf8", env: { TZ: "UTC", SOURCE_DATE_EPOCH: "1700000000" } });
    if (result.status !== 0) throw new Error(result.stderr);
    return fileBytes(bytes.file ?? "");
  };
  expect(difference(make("11111111", "a", 1.7e9), make("22222222", "a", 1.7e9))).toBe("vfat boot sector > volume id: 0x11111111 in the first build, 0x22222222 in the second");
  expect(difference(make("11111111", "a", 1.7e9), make("11111111", "a", 1.6e9))).toMatch(/^vfat entry \/grub.cfg > (creation|write) time: /);
  expect(difference(make("11111111", "a", 1.7e9), make("11111111", "b", 1.7e9))).toBe(`vfat entry /grub.cfg > line 1: "a" in the first build, "b" in the second`);
});

test("anything else: the first byte", () => {
  expect(difference(bufferBytes(Buffer.from([1, 0, 3])), bufferBytes(Buffer.from([1, 0, 4])))).toBe("byte 2: 0x03 in the first build, 0x04 in the second");
});
