import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { readTarFile } from "../../tools/image/tar/read.ts";
import { runfile } from "../../tools/lib/runfiles.ts";

const table = [...fs.readFileSync(runfile(process.env["TABLE"]!), "utf8").matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+)$/gm)].map(([, unit = "", file = "", name = ""]) => ({ unit, file, name }));
const sources = new Map((process.env["SOURCES"] ?? "").split(" ").map((path) => [path.replace(/^[^/]+\//, ""), fs.readFileSync(runfile(path), "utf8")]));

/** Units that an image brings itself (files) or enables (links below *.wants and *.requires), without those that nothing starts. */
function units(rootfs: string): string[] {
  const names = new Set<string>();
  const masked = new Set<string>();
  for (const { path, type, link } of readTarFile(runfile(rootfs))) {
    const [, below] = /^etc\/systemd\/(?:system|system-generators)\/(.+)$/.exec(path) ?? [];
    if (below === undefined) continue;
    const name = below.split("/").at(-1)!;
    if (link === "/dev/null") masked.add(name);
    else if (type === "file" && !below.includes("/")) names.add(name);
    else if (type === "symlink" && /^[^/]+\.(?:wants|requires)\/[^/]+$/.test(below) && !unreached.includes(below)) names.add(name);
  }
  return [...names].filter((name) => !masked.has(name)).sort();
}

// Brought by Also= of systemd-networkd; nothing in the image asks for this target.
const unreached = ["network-online.target.wants/systemd-networkd-wait-online.service"];

const hint = "tests/guest/README.adoc: a line for each unit of an image, with a test that fails without it";

test.each(["DEV", "PROD"])("%s: every unit has a test, and the table names no other", (image) => {
  expect({ hint, units: table.map(({ unit }) => unit).sort() }).toEqual({ hint, units: units(process.env[image]!) });
});

test("every test of the table is there", () => {
  const missing = table.filter(({ file, name }) => !(sources.get(file) ?? "").includes(`test("${name}"`));
  expect({ hint, missing }).toEqual({ hint, missing: [] });
});
