import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { contentBytes } from "../../tools/image/tar/content.ts";
import type { TarEntry } from "../../tools/image/tar/entry.ts";
import { readTarFile } from "../../tools/image/tar/read.ts";
import { runfile } from "../../tools/lib/runfiles.ts";

const trees = new Map(["PROD", "DEV"].map((name) => [name, new Map([...readTarFile(runfile(process.env[name]!))].map((entry) => [entry.path, entry]))]));
const entry = (tree: string, path: string): TarEntry | undefined => trees.get(tree)!.get(path);
const text = (tree: string, path: string): string => {
  const content = entry(tree, path)?.content;
  if (content === undefined) throw new Error(`${tree} has no file /${path}`);
  return contentBytes(content).toString();
};
const shadow = (tree: string): Map<string, string> => new Map(text(tree, "etc/shadow").trim().split("\n").map((line) => line.split(":") as [string, string]));

const debuggers = ["gdb", "gdbserver", "htop", "iperf3", "nano", "nc", "socat", "strace", "tcpdump", "vi", "vim", "vim.tiny"];
const toolchains = ["apt", "apt-get", "as", "cc", "gcc", "ld", "make", "pip3", "python3", "wget"];

test("dev has tools for debugging; prod has none of them", () => {
  const present = (tree: string): string[] => debuggers.filter((name) => entry(tree, `usr/bin/${name}`) !== undefined || entry(tree, `usr/sbin/${name}`) !== undefined);
  expect(present("PROD")).toEqual([]);
  expect(present("DEV")).toEqual(expect.arrayContaining(["nano", "strace", "tcpdump"]));
});

test.each(["PROD", "DEV"])("%s has no package manager that fetches, no compiler, no interpreter beside the shell's and perl", (tree) => {
  expect(toolchains.filter((name) => entry(tree, `usr/bin/${name}`) !== undefined)).toEqual([]);
});

test("what prod has and dev has not: the console's information, and the key of its updates", () => {
  const only = [...trees.get("PROD")!.keys()].filter((path) => entry("DEV", path) === undefined);
  expect(only).toEqual(["opt/ic/bin/console-info.sh", "usr/share/guestos/update-keys/trusted.pem"]);
  expect([...trees.get("PROD")!.keys()].filter((path) => /^usr\/share\/guestos\/update-keys\/./.test(path))).toEqual(["usr/share/guestos/update-keys/trusted.pem"]);
});

test.each(["PROD", "DEV"])("%s: programs that run with another's rights are Debian's known few, and files have no capabilities", (tree) => {
  const entries = [...trees.get(tree)!.values()];
  expect(entries.filter(({ type, mode }) => type === "file" && (mode & 0o6000) !== 0).map(({ path }) => path.split("/").at(-1)).sort()).toEqual(
    ["chage", "chfn", "chsh", "dbus-daemon-launch-helper", "expiry", "gpasswd", "mount", "newgrp", "passwd", "ssh-agent", "ssh-keysign", "su", "sudo", "umount", "unix_chkpwd"],
  );
  expect(entries.filter(({ xattrs }) => xattrs?.["security.capability"] !== undefined).map(({ path }) => path)).toEqual([]);
  expect(entries.filter(({ type, mode }) => type !== "symlink" && (mode & 0o002) !== 0 && (mode & 0o1000) === 0).map(({ path }) => path)).toEqual([]);
});

test("the command line of prod's kernel opens no shell", () => {
  const args = fs.readFileSync(runfile(process.env["PROD_BOOT_ARGS"]!), "utf8");
  expect(args).toMatch(/^BOOT_ARGS_A=".* root_hash=[0-9a-f]{64} /m);
  expect(args).not.toMatch(/guestos\.debug|debug.shell|init=|rd\.|single|rescue|emergency|enforcing=0/);
});

test("no account of prod has a password; in dev root alone has one", () => {
  const withPassword = (tree: string): string[] => [...shadow(tree)].filter(([, password]) => !/^[*!]+$/.test(password)).map(([name]) => name);
  expect(withPassword("PROD")).toEqual([]);
  expect(withPassword("DEV")).toEqual(["root"]);
});

test.each(["PROD", "DEV"])("%s: SSH by key only; root only in dev", (tree) => {
  const config = text(tree, "etc/ssh/sshd_config.d/10-guestos.conf");
  expect(config).toMatch(/^PasswordAuthentication no$/m);
  expect(config).toMatch(/^KbdInteractiveAuthentication no$/m);
  expect(config).toMatch(tree === "PROD" ? /^PermitRootLogin no$/m : /^PermitRootLogin prohibit-password$/m);
  // OpenSSH takes the first value it reads.
  expect(text(tree, "etc/ssh/sshd_config")).toMatch(/^Include \/etc\/ssh\/sshd_config\.d\/\*\.conf$/m);
});

test.each(["PROD", "DEV"])("%s holds nothing that belongs to one machine", (tree) => {
  const paths = [...trees.get(tree)!.keys()];
  expect(paths.filter((path) => /^etc\/ssh\/ssh_host_/.test(path))).toEqual([]);
  expect(paths.filter((path) => /authorized_keys$|^root\/\.ssh\/.|^home\/./.test(path))).toEqual([]);
  expect(paths.filter((path) => /^boot\/config\/./.test(path))).toEqual([]);
  expect(text(tree, "etc/machine-id")).toBe("uninitialized\n");
});

test("the console: a login in dev, information in prod", () => {
  const dropIn = "etc/systemd/system/serial-getty@.service.d/10-console.conf";
  expect(text("DEV", dropIn)).toMatch(/^ExecStart=-\/usr\/sbin\/agetty /m);
  expect(text("PROD", dropIn)).toMatch(/^ExecStart=-\/opt\/ic\/bin\/console-info\.sh$/m);
  expect(text("PROD", dropIn)).not.toContain("getty");
  expect(entry("PROD", "etc/systemd/system/getty.target.wants/getty@tty1.service")).toBeUndefined();
  expect(entry("PROD", "etc/systemd/system/debug-shell.service")?.link ?? "/dev/null").toBe("/dev/null");
});

test("in prod a host brings keys once; in dev at every boot", () => {
  const dropIn = "etc/systemd/system/setup-ssh-user-keys.service.d/10-dev.conf";
  expect(text("PROD", "etc/systemd/system/setup-ssh-user-keys.service")).toMatch(/^ConditionPathExists=!\/boot\/config\/CONFIGURED$/m);
  expect(entry("PROD", dropIn)).toBeUndefined();
  expect(text("DEV", dropIn)).toMatch(/^ConditionPathExists=$/m);
});

test.each(["PROD", "DEV"])("%s: only admin may use sudo", (tree) => {
  const rules = ["etc/sudoers", ...[...trees.get(tree)!.keys()].filter((path) => /^etc\/sudoers\.d\/[^.]+$/.test(path))]
    .flatMap((path) => text(tree, path).split("\n"))
    .filter((line) => /^[^#@\s]/.test(line) && !/^Defaults/.test(line));
  expect(rules.filter((line) => !/^(?:root|admin|%sudo)\s/.test(line))).toEqual([]);
  expect(text(tree, "etc/group")).toMatch(/^sudo:x:27:$/m);
});

test.each(["PROD", "DEV"])("%s: accounts have the numbers that their files on the disk carry", (tree) => {
  const line = (name: string): string | undefined => text(tree, "etc/passwd").split("\n").find((user) => user.startsWith(`${name}:`));
  expect(line("admin")).toMatch(/^admin:x:2003:2003:.*:\/var\/home\/admin:\/bin\/bash$/);
  expect(line("backup")).toMatch(/^backup:x:34:34:.*:\/var\/home\/backup:\/bin\/bash$/);
  expect(line("readonly")).toMatch(/^readonly:x:2002:2002:.*:\/var\/home\/readonly:\/bin\/bash$/);
  expect(line("ic-replica")).toMatch(/^ic-replica:x:2001:2001:.*:\/usr\/sbin\/nologin$/);
  const members = (group: string): string[] => text(tree, "etc/group").split("\n").find((one) => one.startsWith(`${group}:`))!.split(":")[3]!.split(",");
  expect(members("systemd-journal")).toEqual(expect.arrayContaining(["admin", "backup", "readonly"]));
  expect(members("nonconfidential")).toEqual(["admin", "readonly"]);
});
