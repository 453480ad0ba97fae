import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { encodeCapabilities } from "../../tools/image/rootfs/capabilities.ts";
import { readTarFile } from "../../tools/image/tar/read.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { differences, type Difference } from "./compare/differences.ts";
import { mergedTree } from "./compare/merged.ts";
import { Review, review } from "./compare/review.ts";
import { snapshot } from "./compare/snapshot.ts";
import { PROBE } from "./mmdebstrap/probe.ts";

const at = (name: string): string => runfile(`_main/tests/rootfs-honesty/${name}`);
const merged = snapshot(mergedTree(readTarFile(at("merged.tar")), readTarFile(at("merged-var.tar"))));
const reference = snapshot(readTarFile(at("reference.tar")));
const list = Review.parse(JSON.parse(fs.readFileSync(at("differences.json"), "utf8")));
const found = differences(merged, reference);
const verdict = review(found, list);

test("the reference is a whole system: every package is configured, owners and capabilities are there", () => {
  const states = [...reference].filter(([path]) => path.startsWith("var/lib/dpkg/status:")).map(([, facts]) => facts["status"]);
  expect(states.length).toBeGreaterThan(100);
  expect(new Set(states)).toEqual(new Set(["install ok installed"]));
  expect(reference.get("usr/bin/ssh-agent")).toMatchObject({ mode: "2755", owner: "root:_ssh" });
  expect(reference.get("var/lib/chrony")).toMatchObject({ mode: "0750", owner: "_chrony:_chrony" });
  expect(reference.get(`usr/share/${PROBE}`)).toMatchObject({
    mode: "4750",
    owner: "games:games",
    xattrs: `security.capability=${encodeCapabilities("cap_net_raw=ep").toString("hex")}`,
  });
});

test("every difference between the merged root file system and mmdebstrap's is explained in differences.json", () => {
  console.log(summary(found, verdict.explained));
  expect(verdict.unexplained.map(line)).toEqual([]);
});

test("every entry of differences.json explains a difference that is there", () => {
  expect(verdict.stale).toEqual([]);
});

function line({ path, kind, merged: ours, reference: theirs }: Difference): string {
  return `${kind} /${path}: merged ${ours === "" ? "nothing" : ours}; mmdebstrap ${theirs === "" ? "nothing" : theirs}`;
}

/** How many differences there are of each kind and by entry, for the test's log. */
function summary(all: readonly Difference[], explained: readonly number[]): string {
  const kinds = Object.entries(Object.groupBy(all, ({ kind }) => kind)).map(([kind, some]) => `${some!.length} ${kind}`);
  return [`${all.length} differences: ${kinds.join(", ")}`, ...list.map(({ paths }, index) => `${explained[index]}\t${paths[0]}`)].join("\n");
}
