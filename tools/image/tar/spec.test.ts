import { expect, test } from "@jest/globals";
import { FileTarRecipe, fileTarEntries } from "./file-tar.ts";
import { parseSpec } from "./spec.ts";

test("a spec gives path, mode and owner", () => {
  expect(parseSpec("/etc/hosts:0644")).toEqual({ path: "etc/hosts", mode: 0o644, user: "0", group: "0" });
  expect(parseSpec("/var/lib/x:2750:root:_chrony")).toEqual({ path: "var/lib/x", mode: 0o2750, user: "root", group: "_chrony" });
  expect(parseSpec("/usr/lib/a@b:c.service:644")).toMatchObject({ path: "usr/lib/a@b:c.service" });
});

test.each(["etc/hosts:0644", "/etc/hosts", "/etc/hosts:0888", "/etc//hosts:0644", "/etc/../hosts:0644", "/etc/:0644", "/a:0644:0"])(
  "%s is refused",
  (text) => {
    expect(typeof parseSpec(text)).toBe("string");
  },
);

test("all bad specs are reported together", () => {
  const recipe = FileTarRecipe.parse({
    label: "//x:tar",
    files: [
      { label: "//x:a", source: "/dev/null", spec: "etc/a:0644" },
      { label: "//x:b", source: "/dev/null", spec: "/etc/b:0644:root:root" },
    ],
    symlinks: { relative: "/target" },
    directories: ["/etc/x:0755", "/etc/x:0700"],
    parents: false,
  });
  expect(() => fileTarEntries(recipe)).toThrow(
    [
      "//x:tar: 4 problems",
      '  - files[//x:a]: expected "/path:0644" or "/path:0644:user:group", got "etc/a:0644"',
      "  - files[//x:b]: expected numbers as user and group, got root:root",
      "  - directories: /etc/x is written twice",
      '  - symlinks: expected an absolute path, got "relative"',
    ].join("\n"),
  );
});

test("parents are written only when asked for", () => {
  const recipe = { label: "//x:tar", files: [], symlinks: { "/a/b/link": "target" }, directories: [] };
  expect(fileTarEntries({ ...recipe, parents: false }).map((entry) => entry.path)).toEqual(["a/b/link"]);
  expect(fileTarEntries({ ...recipe, parents: true }).map((entry) => entry.path)).toEqual(["a", "a/b", "a/b/link"]);
});
