import type { Accounts } from "./accounts.ts";
import type { Recipe } from "./recipe.ts";
import type { Tree } from "./tree.ts";

/** Copies that maintainer scripts of Debian's base packages make on a new system: target to source. */
const copies: Readonly<Record<string, string>> = {
  "root/.profile": "usr/share/base-files/dot.profile",
  "root/.bashrc": "usr/share/base-files/dot.bashrc",
  "etc/profile": "usr/share/base-files/profile",
  "etc/motd": "usr/share/base-files/motd",
  "etc/inputrc": "usr/share/readline/inputrc",
};

const folders: readonly string[] = [
  "boot",
  "dev",
  "home",
  "media",
  "mnt",
  "opt",
  "proc",
  "run",
  "srv",
  "sys",
  "etc/opt",
  "var/backups",
  "var/cache",
  "var/lib",
  "var/local",
  "var/log",
  "var/opt",
  "var/spool",
  ...["bin", "etc", "games", "include", "lib", "libexec", "sbin", "share", "share/man", "src"].map((name) => `usr/local/${name}`),
];

/** Files that no package ships and that the postinst of base-files, netbase, tzdata, systemd, ifupdown or the installer writes. */
export function addBaseFiles(tree: Tree, accounts: Accounts, recipe: Pick<Recipe, "hostname">): void {
  for (const folder of folders) if (!tree.has(folder)) tree.directory(folder);
  tree.directory("", { mode: 0o755 });
  tree.directory("root", { mode: 0o700 });
  tree.directory("tmp", { mode: 0o1777 });
  tree.directory("var/tmp", { mode: 0o1777 });
  tree.directory("var/mail", { mode: 0o2775, gid: accounts.gid("mail") ?? 0 });
  for (const [log, mode] of [
    ["wtmp", 0o664],
    ["btmp", 0o660],
    ["lastlog", 0o664],
  ] as const)
    tree.file(`var/log/${log}`, "", { mode, gid: accounts.gid("utmp") ?? 0 });
  // systemd's postinst: journald.conf(5), "Storage=", by default keeps journals on disk when this folder is there.
  const journal = accounts.gid("systemd-journal");
  if (journal !== undefined) tree.directory("var/log/journal", { mode: 0o2755, gid: journal });
  // Login fails to read these when they are missing (pam_env) and warns (passwd).
  tree.file("etc/environment", "");
  tree.file("etc/security/opasswd", "", { mode: 0o600 });
  for (const [target, source] of Object.entries(copies)) {
    const content = tree.get(source)?.content;
    if (content !== undefined && !tree.has(target)) tree.file(target, content);
  }
  tree.symlink("var/run", "/run");
  tree.symlink("var/lock", "/run/lock");
  tree.symlink("var/spool/mail", "../mail");
  tree.symlink("usr/local/man", "share/man");
  if (!tree.has("etc/os-release")) tree.symlink("etc/os-release", "../usr/lib/os-release");
  if (tree.has("etc/dpkg/origins/debian")) tree.symlink("etc/dpkg/origins/default", "debian");
  tree.symlink("etc/localtime", "/usr/share/zoneinfo/Etc/UTC");
  tree.file("etc/adjtime", "0.0 0 0.0\n0\nUTC\n");
  tree.file("etc/hostname", `${recipe.hostname}\n`);
  if (!tree.has("etc/hosts"))
    tree.file(
      "etc/hosts",
      "127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n\n",
    );
  if (!tree.has("etc/fstab")) tree.file("etc/fstab", "# Mounts are systemd units of the image.\n");
  if (!tree.has("etc/ld.so.conf")) tree.file("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
  // machine-id(5), "First Boot Semantics": the manager mounts a fresh id over this file and runs ConditionFirstBoot units.
  tree.file("etc/machine-id", "uninitialized\n", { mode: 0o444 });
  tree.symlink("var/lib/dbus/machine-id", "/etc/machine-id");
}
