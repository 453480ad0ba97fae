import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { file, folder, makeDeb, symlink } from "../deb/testing/make-deb.ts";
import { writeTar } from "../tar/archive.ts";
import { contentBytes } from "../tar/content.ts";
import { excluder } from "./exclude.ts";
import { FileIndex } from "./file-index.ts";
import { readLayers } from "./read-layers.ts";
import { resolvePath } from "./resolve-path.ts";
import { writeLayer } from "./write-layer.ts";

let scratch = "";
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? os.tmpdir(), "layer-"));
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

async function layer(name: string, debs: readonly string[], exclude: readonly string[] = []): Promise<string> {
  const target = path.join(scratch, `${name}.tar`);
  await writeTar(target, (writer) => writeLayer(debs, exclude, "xz-is-not-needed", (entry) => writer.add(entry)));
  return target;
}

function deb(name: string, ...rest: Parameters<typeof makeDeb>[0]["entries"]): string {
  const target = path.join(scratch, `${name}.deb`);
  fs.writeFileSync(target, makeDeb({ name, postinst: `#!/bin/sh\necho ${name}\n`, entries: rest }));
  return target;
}

test("a layer gives back packages with their scripts and files, on merged /usr", async () => {
  const tar = await layer("one", [
    deb("tool", folder("bin"), file("bin/tool", "t", { mode: 0o755 }), { ...file("bin/alias", ""), type: "hardlink", link: "bin/tool" }),
  ]);
  const [found] = readLayers([tar]);
  expect(found!.name).toBe("tool");
  expect(found!.fields.get("Version")).toBe("1.0");
  expect(found!.postinst).toBe("#!/bin/sh\necho tool\n");
  expect(found!.entries.map(({ path: at, link }) => [at, link])).toEqual([
    ["bin", ""],
    ["usr/bin/tool", ""],
    ["usr/bin/alias", "usr/bin/tool"],
  ]);
});

test("packages come in name order whatever the order of the layers", async () => {
  const [a, b, c] = [deb("a", file("a", "a")), deb("b", file("b", "b")), deb("c", file("c", "c"))];
  const layers = [await layer("ac", [a, c]), await layer("b", [b])];
  expect(readLayers(layers).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(readLayers(layers.toReversed()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(() => readLayers([layers[0]!, layers[0]!])).toThrow("package a is in two layers\n  - package c is in two layers");
});

test("excluded files do not reach the layer; control files always do", async () => {
  const tar = await layer(
    "slim",
    [deb("docs", file("usr/share/doc/docs/README", "r"), file("usr/share/doc/docs/copyright", "c"), file("usr/bin/docs", "d"))],
    ["/usr/share/doc", "!/usr/share/doc/*/copyright", "/.icos"],
  );
  expect(readLayers([tar])[0]!.entries.map((entry) => entry.path)).toEqual(["usr/share/doc/docs/copyright", "usr/bin/docs"]);
});

test.each([
  ["/usr/share/man", "usr/share/man/man1/a.1.gz", true],
  ["/usr/share/man", "usr/share/manual", false],
  ["/usr/*/man", "usr/share/man", true],
  ["/usr/*/man", "usr/local/share/man", false],
  ["/**/__pycache__", "usr/lib/python3/a/__pycache__/b.pyc", true],
  ["/usr/share/{man,info}", "usr/share/info/dir", true],
  ["/usr/lib/*.a", "usr/lib/libx.a", true],
  ["/usr/lib/*.a", "usr/lib/libxya", false],
  ["/etc/a+b", "etc/a+b", true],
  ["/etc/??.conf", "etc/ab.conf", true],
])("pattern %s over %s: %s", (pattern, at, excluded) => {
  expect(excluder([pattern])(at)).toBe(excluded);
});

test("paths are resolved inside the image", () => {
  const links: Record<string, string> = {
    lib64: "usr/lib64",
    "usr/lib64/ld.so": "../lib/x/ld.so",
    "var/run": "/run",
    "etc/loop": "loop",
    "etc/up": "../../../../etc/x",
  };
  const get = (at: string): { type: string; link: string } | undefined =>
    links[at] === undefined ? undefined : { type: "symlink", link: links[at]! };
  expect(resolvePath(get, "lib64/ld.so")).toBe("usr/lib/x/ld.so");
  expect(resolvePath(get, "var/run/lock")).toBe("run/lock");
  expect(resolvePath(get, "etc/loop")).toBe("etc/loop");
  expect(resolvePath(get, "etc/up")).toBe("etc/x");
});

test("a file index reads through links, across packages", async () => {
  const tar = await layer("links", [
    deb("x", file("usr/lib/x86_64-linux-gnu/libx.so.1.2", "library")),
    deb("y", symlink("usr/lib/x86_64-linux-gnu/libx.so.1", "libx.so.1.2")),
  ]);
  const index = new FileIndex(readLayers([tar]));
  expect(index.read("lib/x86_64-linux-gnu/libx.so.1")!.toString()).toBe("library");
  expect(index.read("usr/lib/none")).toBeUndefined();
});

test("contents stay on disk until they are read", async () => {
  const [found] = readLayers([await layer("lazy", [deb("lazy", file("usr/x", "content"))])]);
  expect(Buffer.isBuffer(found!.entries[0]!.content)).toBe(false);
  expect(contentBytes(found!.entries[0]!.content!).toString()).toBe("content");
});
