import { expect, test } from "@jest/globals";
import { file, folder, symlink } from "../../../tools/image/deb/testing/make-deb.ts";
import { tarBytes } from "../../../tools/image/tar/archive.ts";
import type { TarEntry } from "../../../tools/image/tar/entry.ts";
import { readTar } from "../../../tools/image/tar/read.ts";
import { differences } from "./differences.ts";
import { mergedTree } from "./merged.ts";
import { review } from "./review.ts";
import { snapshot, type Snapshot } from "./snapshot.ts";

const passwd = "root:x:0:0:root:/root:/bin/sh\nsvc:x:100:101::/:/bin/false\n";
const group = "root:x:0:\nsvc:x:101:\n";
const system = [folder("etc"), file("etc/passwd", passwd), file("etc/group", group), folder("usr"), file("usr/tool", "tool", { mode: 0o755 })];

/** A system through real tar bytes. */
function taken(entries: readonly TarEntry[]): Snapshot {
  return snapshot(readTar(tarBytes(entries)));
}

/** Kinds and paths that differ from `system` when these entries replace or join its own. */
function found(...changed: TarEntry[]): string[] {
  const names = new Set(changed.map(({ path }) => path));
  return differences(taken([...system.filter(({ path }) => !names.has(path)), ...changed]), taken(system)).map(({ kind, path }) => `${kind} ${path}`);
}

test("equal systems do not differ, whatever the order of their entries", () => {
  expect(differences(taken(system), taken([...system].reverse()))).toEqual([]);
});

test.each<[string, TarEntry, string]>([
  ["mode", file("usr/tool", "tool", { mode: 0o4755 }), "mode usr/tool"],
  ["owner", file("usr/tool", "tool", { mode: 0o755, uid: 100 }), "owner usr/tool"],
  ["group", file("usr/tool", "tool", { mode: 0o755, gid: 101 }), "owner usr/tool"],
  ["content", file("usr/tool", "other", { mode: 0o755 }), "content usr/tool"],
  ["type", symlink("usr/tool", "x"), "type usr/tool"],
  ["new file", file("usr/new", ""), "extra usr/new"],
  [
    "capability",
    file("usr/tool", "tool", { mode: 0o755, xattrs: { "security.capability": Buffer.from("0100000200200000", "hex") } }),
    "xattrs usr/tool",
  ],
  ["user's shell", file("etc/passwd", passwd.replace("/bin/false", "/bin/sh")), "shell etc/passwd:svc"],
  ["group's member", file("etc/group", `${group.trim()}svc\n`), "members etc/group:svc"],
])("a changed %s is one difference", (_, entry, expected) => {
  expect(found(entry)).toEqual([expected]);
});

test("the same owner under another number differs as an account, not at every file of it", () => {
  const one = (uid: number): Snapshot => taken([file("etc/passwd", `svc:x:${uid}:0::/:/bin/sh\n`), file("usr/a", "", { uid }), file("usr/b", "", { uid })]);
  expect(differences(one(7), one(8)).map(({ kind, path }) => `${kind} ${path}`)).toEqual(["uid etc/passwd:svc"]);
});

test("it does not matter under which of its names a hard-linked file is stored, but which names it has", () => {
  const hardlink = (path: string, link: string): TarEntry => ({ path, type: "hardlink", mode: 0o644, uid: 0, gid: 0, link });
  const one = taken([file("a", "x"), hardlink("b", "a")]);
  expect(differences(one, taken([file("b", "x"), hardlink("a", "b")]))).toEqual([]);
  expect(differences(one, taken([file("a", "x"), file("b", "x")])).map(({ kind, path }) => `${kind} ${path}`)).toEqual(["names a", "names b"]);
});

test("packages differ by state and version", () => {
  const status = (version: string): TarEntry => file("var/lib/dpkg/status", `Package: a\nStatus: install ok installed\nVersion: ${version}\n\n`);
  expect(differences(taken([status("1")]), taken([status("2")]))).toEqual([
    { path: "var/lib/dpkg/status:a", kind: "version", merged: "1", reference: "2" },
  ]);
});

test("a merged root and its /var are seen as mounted, dpkg's database at its usual place", () => {
  const root = [folder("var"), folder("var/lib"), folder("usr/share/dpkg-db"), file("usr/share/dpkg-db/status", "s")];
  const varEntries = [folder("", 0o750), folder("lib"), symlink("lib/dpkg", "/usr/share/dpkg-db"), file("lib/x", "x")];
  const paths = [...mergedTree(root, varEntries)].map(({ path, mode }) => `${path} ${mode.toString(8)}`);
  expect(paths.sort()).toEqual(["var 750", "var/lib 755", "var/lib/dpkg 755", "var/lib/dpkg/status 644", "var/lib/x 644"]);
});

test("the review names what nobody explained, and what explains nothing", () => {
  const difference = (kind: string, path: string) => ({ kind, path, merged: "", reference: "" });
  const verdict = review(
    [difference("missing", "etc/a"), difference("missing", "etc/b/c"), difference("mode", "etc/a")],
    [
      { paths: ["/etc/b", "/etc/gone"], kinds: ["missing", "extra"], reason: "a reason of some length" },
      { paths: ["/etc/*"], kinds: ["owner"], reason: "a reason of some length" },
    ],
  );
  expect(verdict.unexplained).toEqual([difference("missing", "etc/a"), difference("mode", "etc/a")]);
  expect(verdict.stale).toEqual(["/etc/gone (missing, extra)", "kind extra of /etc/b", "/etc/* (owner)"]);
  expect(verdict.explained).toEqual([1, 0]);
});
