import { expect, test } from "@jest/globals";
import { explain } from "./reasons.ts";
import type { Snapshot, Stage } from "./snapshot.ts";
import { explanationText } from "./text.ts";

const stage = (mnemonic: string, label: string, rest: Partial<Stage>): Stage => ({ mnemonic, label, args: [], environment: {}, inputs: {}, outputs: {}, ...rest });

/** A small pipeline: two packages, a component file, a version, a tool. */
function snapshot(change: { deb?: string; hosts?: string; version?: string; size?: string; tool?: string; enable?: string[]; salt?: string } = {}): Snapshot {
  const { deb = "curl_8.1_amd64.deb", hosts = "h1", version = "1", size = "48M", tool = "t1", enable = ["a.service"], salt } = change;
  const [layer, root, boot] = [`layer ${deb}`, `root ${deb} ${hosts}`, `boot ${version}`];
  const recipe = JSON.stringify({ layers: ["layer.tar"], enable, files: [{ source: "etc/hosts", spec: "/etc/hosts:0644" }] });
  return {
    "tool.mjs": stage("Esbuild", "//tools:merge", { inputs: { "tools/merge.ts": tool, "tools/same.ts": "s" }, outputs: { "tool.mjs": tool } }),
    "layer.tar": stage("IcosDebLayer", "//os:layers", { args: ["--output", "layer.tar", `external/main~deb~debs__curl/${deb}`], inputs: { [`external/main~deb~debs__curl/${deb}`]: deb }, outputs: { "layer.tar": layer } }),
    "recipe.json": stage("FileWrite", "//os:root", { content: recipe, outputs: { "recipe.json": recipe } }),
    "root.tar": stage("IcosRootfs", "//os:root", {
      args: ["--recipe", "recipe.json", "--output", "root.tar"],
      environment: salt === undefined ? {} : { ICOS_SALT: salt },
      inputs: { "recipe.json": recipe, "layer.tar": layer, "etc/hosts": hosts, "tool.mjs": tool },
      outputs: { "root.tar": root },
    }),
    "version.txt": stage("FileWrite", "//os:version.txt", { content: `${version}\n`, outputs: { "version.txt": version } }),
    "boot.img": stage("IcosExt4Image", "//os:boot", {
      args: ["--image-size", size, "--file=/version.txt:0644=version.txt"],
      inputs: { "version.txt": version, "root.tar": root },
      outputs: { "boot.img": boot },
    }),
  };
}

function text(after: Snapshot): string[] {
  return explanationText(explain(snapshot(), after), () => "ran").split("\n");
}

test("nothing changed, nothing to explain", () => {
  expect(explain(snapshot(), snapshot())).toEqual([]);
});

test("a package by its versions, then what follows", () => {
  expect(text(snapshot({ deb: "curl_8.2_amd64.deb" }))).toEqual([
    "IcosDebLayer //os:layers (ran)",
    "  package curl: 8.1 -> 8.2",
    "IcosRootfs //os:root (ran)",
    "  follows from IcosDebLayer //os:layers",
    "IcosExt4Image //os:boot (ran)",
    "  follows from IcosRootfs //os:root",
  ]);
});

test("a component file by its path in the image", () => {
  expect(text(snapshot({ hosts: "h2" })).slice(0, 2)).toEqual(["IcosRootfs //os:root (ran)", "  /etc/hosts in the image: etc/hosts changed"]);
});

test("a version by its text", () => {
  expect(text(snapshot({ version: "2" }))).toEqual(["IcosExt4Image //os:boot (ran)", "  /version.txt in the image: 1 -> 2"]);
});

test("a flag, a recipe's list, a variable", () => {
  expect(text(snapshot({ size: "64M" }))).toEqual(["IcosExt4Image //os:boot (ran)", "  --image-size: 48M -> 64M"]);
  expect(text(snapshot({ enable: ["b.service"] }))).toEqual(["IcosRootfs //os:root (ran)", "  enable: nothing -> b.service", "  enable: a.service -> nothing"]);
  expect(text(snapshot({ salt: "x" }))).toEqual(["IcosRootfs //os:root (ran)", "  environment ICOS_SALT: nothing -> x"]);
});

test("a tool by the sources that changed", () => {
  expect(text(snapshot({ tool: "t2" }))).toEqual(["IcosRootfs //os:root (ran)", "  tool //tools:merge: tools/merge.ts"]);
});
