import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { expect, test } from "@jest/globals";
import { contentBytes, contentSize } from "../../../tools/image/tar/content.ts";
import { END_OF_ARCHIVE } from "../../../tools/image/tar/entry.ts";
import { readTarFile } from "../../../tools/image/tar/read.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";

const at = (name: string): string => runfile(`_main/tests/rules/rootfs/${name}`);

/** One line an entry: mode, owner, size, path. */
function listing(archive: string): string {
  return [...readTarFile(at(archive))]
    .map((entry) => {
      const size = entry.content === undefined ? "-" : String(contentSize(entry.content));
      const link = entry.link === "" ? "" : ` -> ${entry.link}`;
      return `${entry.type.padEnd(9)} ${entry.mode.toString(8).padStart(4, "0")} ${`${entry.uid}:${entry.gid}`.padEnd(9)} ${size.padStart(5)} /${entry.path}${link}\n`;
    })
    .join("");
}

function text(archive: string, file: string): string {
  const entry = [...readTarFile(at(archive))].find((one) => one.path === file);
  return contentBytes(entry!.content!).toString();
}

// After a change on purpose: put the received listing into rootfs.golden.txt.
test("the root file system has these files, modes, owners and links", () => {
  expect(listing("rootfs.tar")).toBe(fs.readFileSync(at("rootfs.golden.txt"), "utf8"));
});

/** Path, permissions and content of all that an erofs image holds. Owners need root to be seen. */
function unpacked(image: string): string[] {
  const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "image-"));
  execFileSync(runfile(process.env["FSCK"]!), [`--extract=${folder}`, "--overwrite", "--preserve-perms", "--no-preserve-owner", at(`${image}.img`)], { stdio: "pipe" });
  const lines = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().map((name) => {
    const stat = fs.lstatSync(path.join(folder, name));
    const content = stat.isFile() ? fs.readFileSync(path.join(folder, name), "base64") : stat.isSymbolicLink() ? fs.readlinkSync(path.join(folder, name)) : "";
    return `${name} ${stat.mode.toString(8)} ${content}`;
  });
  fs.rmSync(folder, { recursive: true });
  return lines;
}

test("an image of packages and then of what components change has the same tree", () => {
  expect(unpacked("two-steps")).toEqual(unpacked("one-step"));
  const delta = [...readTarFile(at("delta.tar"))];
  expect(delta.map((entry) => entry.path)).toEqual(expect.arrayContaining(["etc/netd.conf", "usr/bin/secret", "etc/shadow", "srv/data"]));
  // Packages' files and the base's stay in the base; owners are those of the whole tree.
  expect(delta.filter((entry) => /^usr\/(?:bin\/less|libexec\/large)$/.test(entry.path))).toEqual([]);
  const owners = new Map([...readTarFile(at("rootfs.tar"))].map((entry) => [entry.path, `${entry.uid}:${entry.gid}`]));
  for (const entry of delta.filter((one) => !path.basename(one.path).startsWith(".wh."))) expect(`${entry.path} ${entry.uid}:${entry.gid}`).toBe(`${entry.path} ${owners.get(entry.path)}`);
});

test("the /var archive has the packages' first content", () => {
  expect(listing("rootfs-var.tar")).toContain("file      0600 0:0           6 /lib/netd/state\n");
  expect(listing("rootfs-var.tar")).toContain("symlink   0777 0:0           - /lib/dpkg -> /usr/share/dpkg-db\n");
});

test("component files win, and belong to whom their spec says", () => {
  expect(text("rootfs.tar", "etc/netd.conf")).toBe("from the component\n");
  expect(text("rootfs.tar", "etc/passwd")).toContain(
    "netd:x:900:900:Network daemon:/run/netd:/usr/sbin/nologin\nother:x:150:151::/nonexistent:/usr/sbin/nologin\n",
  );
  expect(text("rootfs.tar", "etc/shadow")).toContain("root:$6$salt$hash:");
});

test("dpkg's database lists the packages and what is left of them", () => {
  const status = text("rootfs.tar", "usr/share/dpkg-db/status");
  expect(status.match(/^Package: .*\nStatus: install ok installed$/gm)).toHaveLength(6);
  expect(text("rootfs.tar", "usr/share/dpkg-db/info/base-files.list")).toContain("/usr/share/doc/base-files/copyright\n");
  expect(text("rootfs.tar", "usr/share/dpkg-db/info/base-files.list")).not.toContain("README");
  expect(text("rootfs.tar", "usr/share/dpkg-db/info/netd:amd64.list")).toContain("/usr/sbin/netd\n");
});

test("kernel and module index are those of the kernel's package", () => {
  expect(fs.readFileSync(at("kernel/vmlinuz"), "utf8")).toBe("the kernel");
  expect(listing("kernel/modules.tar")).toContain("/usr/lib/modules/6.1-test/modules.dep\n");
});

test("the initrd is a zstd-compressed newc archive with /init", () => {
  const archive = zlib.zstdDecompressSync(fs.readFileSync(at("initrd.img"))).toString("latin1");
  expect(archive.startsWith("070701")).toBe(true);
  for (const name of ["init", "bin/less", "modules.list", "dev/console"]) expect(archive).toContain(`${name}\0`);
});

test("layers do not depend on the order in which packages are named", () => {
  const layers = fs.readdirSync(at("layers")).sort();
  expect(layers).toContain("linux-image.tar");
  expect(fs.readdirSync(at("shuffled_layers")).sort()).toEqual(layers);
  for (const layer of layers)
    expect(fs.readFileSync(at(path.join("shuffled_layers", layer))).equals(fs.readFileSync(at(path.join("layers", layer))))).toBe(true);
});

test("a file archive brings its entries and nothing above them", () => {
  expect(listing("extra.tar")).toBe(
    "directory 0750 1:2           - /opt/ic\nfile      0755 0:0           7 /opt/ic/bin/replica\nsymlink   0777 0:0           - /opt/ic/current -> bin/replica\n",
  );
});

test("archives can be joined: each ends with two zero blocks and no more", () => {
  for (const name of ["rootfs.tar", "rootfs-var.tar", "extra.tar"]) {
    const bytes = fs.readFileSync(at(name));
    expect(bytes.subarray(-END_OF_ARCHIVE).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(-END_OF_ARCHIVE - 512, -END_OF_ARCHIVE).every((byte) => byte === 0)).toBe(false);
  }
});
