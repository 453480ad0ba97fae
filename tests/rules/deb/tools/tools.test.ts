import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../../../tools/lib/runfiles.ts";
import { loadedFiles } from "./loaded.ts";

// Each tool does real work here, not --version: libraries that a program opens by name show only then.
const work = fs.mkdtempSync(path.join(os.tmpdir(), "tools-"));
const folders = ["TAR", "QEMU", "SSH"].map((name) => path.dirname(runfile(process.env[name] ?? "")));
const folderOf = (program: string): string => folders.find((folder) => fs.existsSync(path.join(folder, program))) ?? "";
const bin = folderOf("tar");
const packages = path.resolve(bin, "..");
const at = (name: string): string => path.join(work, name);

fs.mkdirSync(at("tree"));
fs.writeFileSync(at("tree/hello"), "hello\n");
fs.mkdirSync(at("package/DEBIAN"), { recursive: true });
fs.writeFileSync(at("package/DEBIAN/control"), "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: a\n");
fs.mkdirSync(at("gpg"), { mode: 0o700 });
fs.writeFileSync(at("disk"), Buffer.alloc(8 << 20));
fs.mkdirSync(at("usr/lib/modules/6.1.0"), { recursive: true });

// gpg's agent ends when its folder is gone.
afterAll(() => fs.rmSync(work, { recursive: true, force: true }));

// In order: later ones work on what earlier ones made.
const uses: [string, ...string[]][] = [
  ["tar", "--create", "--file", at("tree.tar"), "--directory", at("tree"), "."],
  ["mke2fs", "-q", "-t", "ext4", "-d", at("tree.tar"), at("ext4"), "4M"],
  ["e2fsck", "-fn", at("ext4")],
  ["dumpe2fs", at("ext4")],
  ["debugfs", "-R", "cat hello", at("ext4")],
  ["mkfs.vfat", "-C", "-n", "LABEL", at("vfat"), "2048"],
  ["mtools", "-c", "mcopy", "-i", at("vfat"), at("tree/hello"), "::/Größe.txt"],
  ["fsck.vfat", "-n", at("vfat")],
  ["mkfs.erofs", "--quiet", "-zlz4", "--tar=f", at("erofs"), at("tree.tar")],
  ["fsck.erofs", at("erofs")],
  ["veritysetup", "format", at("erofs"), at("verity")],
  ["grub-editenv", at("grubenv"), "create"],
  ["grub-mkimage", "-O", "x86_64-efi", "-d", path.join(packages, "usr/lib/grub/x86_64-efi"), "-p", "(hd0,gpt2)", "-o", at("grub.efi"), "part_gpt", "ext2", "normal"],
  ["sgdisk", "--new=1:0:0", at("disk")],
  ["sfdisk", "--list", at("disk")],
  ["xz", "--keep", at("tree.tar")],
  ["zstd", "-q", at("tree.tar")],
  ["setfattr", "--name", "user.test", "--value", "1", "--", at("tree.tar")],
  ["dpkg-deb", "--root-owner-group", "--build", at("package"), at("a.deb")],
  ["depmod", "--basedir", work, "--moduledir", "/usr/lib/modules", "6.1.0"],
  ["gpg", "--homedir", at("gpg"), "--batch", "--passphrase", "", "--quick-generate-key", "a@example.org", "ed25519", "sign", "never"],
  ["gpg", "--homedir", at("gpg"), "--batch", "--output", at("signed"), "--sign", at("tree/hello")],
  ["gpg", "--homedir", at("gpg"), "--batch", "--output", at("keys"), "--export"],
  ["gpgv", "--keyring", at("keys"), at("signed")],
  ["busybox", "true"],
  ["qemu-img", "create", "-q", "-f", "qcow2", at("qcow2"), "1G"],
  ["qemu-system-x86_64", "-nographic", "-S", "-m", "64", "-bios", runfile(process.env["OVMF"] ?? ""), "-nic", "user,model=virtio-net-pci", "-drive", `file=${at("qcow2")},if=virtio`, "-serial", "none", "-monitor", "stdio"],
  ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("id")],
  ["ssh", "-F", "none", "-G", "host.invalid"],
];

test.each(uses)("%s works and loads nothing of the host", async (program, ...args) => {
  const result = await execa(path.join(folderOf(program), program), args, { cwd: "/", input: "quit\n", env: { LD_DEBUG: "files", LC_ALL: "C" }, reject: false });
  const printed = `${result.stdout}\n${result.stderr}`;
  const said = printed.replaceAll(/^ *\d+:\t.*$/gm, "").replaceAll(/\n+/g, "\n");
  if (result.exitCode !== 0 && !(program === "setfattr" && said.includes("not supported"))) throw new Error(`exit ${result.exitCode}: ${program} ${args.join(" ")}\n${said}`);
  const loaded = loadedFiles(printed);
  if (program !== "busybox") expect([...loaded.keys()]).toContain(program);
  for (const files of loaded.values()) expect([...files].filter((file) => !folders.some((folder) => path.resolve(file).startsWith(path.dirname(folder))))).toEqual([]);
});

test("a lone link to a wrapper, and one found in PATH, still find their files", async () => {
  fs.symlinkSync(path.join(bin, "zstd"), at("link"));
  fs.symlinkSync("link", at("zstd"));
  expect((await execa(at("link"), ["--version"])).stdout).toContain("Zstandard");
  expect((await execa("zstd", ["--version"], { env: { PATH: `${work}:${process.env["PATH"] ?? ""}` } })).stdout).toContain("Zstandard");
  expect((await execa("./zstd", ["--version"], { cwd: work })).stdout).toContain("Zstandard");
});

test("a wrapper without its files says so and exits 3", async () => {
  fs.copyFileSync(path.join(bin, "zstd"), at("copy"));
  expect(await execa(at("copy"), ["--version"], { reject: false })).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^zstd: .* is missing: give all files of the tool/) });
});
