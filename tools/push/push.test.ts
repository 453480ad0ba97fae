import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { contentBytes } from "../image/tar/content.ts";
import { readTarFile } from "../image/tar/read.ts";
import { extensionTar } from "./extension.ts";
import { builtFiles, pushedVersion, readPushPlan } from "./push-plan.ts";
import { push, revert } from "./push.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "push-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const plan = { name: "dev-push", versionPath: "/opt/ic/share/replica_version.txt", version: "version.txt", files: [{ source: "a", path: "/opt/ic/bin/a", mode: "0755" }, { source: "b", path: "/opt/ic/bin/b.mjs", mode: "0644" }] };

function files() {
  fs.writeFileSync(at("a"), "program");
  fs.writeFileSync(at("b"), "bundle");
  fs.writeFileSync(at("plan.json"), JSON.stringify(plan));
  return builtFiles(readPushPlan(at("plan.json")), at);
}

/** In ssh's place: writes down what it is told, and says what a guest would. */
function fakeGuest(answers: string) {
  fs.writeFileSync(at("ssh"), `#!/bin/sh\nfor last; do :; done\nprintf '%s\\n===\\n' "$last" >>${at("said")}\ncat >${at("input")}\ncase $last in ${answers} esac\n`, { mode: 0o755 });
  return { name: "demo", ssh: at("ssh"), target: { port: 1, user: "root" } };
}

test("a plan with a path outside of what extensions cover is refused", () => {
  fs.writeFileSync(at("plan.json"), JSON.stringify({ ...plan, files: [{ source: "a", path: "/etc/passwd", mode: "0644" }] }));
  expect(() => readPushPlan(at("plan.json"))).toThrow("path");
});

test("the version tells one push from another, whatever the order", () => {
  const built = files();
  const version = pushedVersion("1.0\n", built);
  expect(version).toMatch(/^1\.0\+push\.[0-9a-f]{8}$/);
  expect(pushedVersion("1.0", [...built].reverse())).toBe(version);
  expect(pushedVersion("1.0", [built[0]!, { ...built[1]!, sha256: "0" }])).not.toBe(version);
});

test("an extension has its files, the version and the release file, all root's", () => {
  fs.writeFileSync(at("x.tar"), extensionTar("dev-push", files(), { path: plan.versionPath, text: "1+push.0" }));
  const entries = [...readTarFile(at("x.tar"))];
  expect(entries.map(({ path: name, type, mode, uid }) => `${name} ${type} ${mode.toString(8)} ${uid}`)).toEqual([
    ...["opt directory 755 0", "opt/ic directory 755 0", "opt/ic/bin directory 755 0", "opt/ic/share directory 755 0"],
    ...["usr directory 755 0", "usr/lib directory 755 0", "usr/lib/extension-release.d directory 755 0"],
    ...["opt/ic/bin/a file 755 0", "opt/ic/bin/b.mjs file 644 0", "opt/ic/share/replica_version.txt file 644 0", "usr/lib/extension-release.d/extension-release.dev-push file 644 0"],
  ]);
  const text = (name: string): string => contentBytes(entries.find((entry) => entry.path === name)!.content!).toString();
  expect([text("opt/ic/share/replica_version.txt"), text("usr/lib/extension-release.d/extension-release.dev-push")]).toEqual(["1+push.0\n", "ID=_any\n"]);
});

test("only what differs is sent, and the units that use it are told", async () => {
  const built = files();
  const guest = fakeGuest(`sha256sum*) echo "${built[0]!.sha256}  /opt/ic/bin/a"; echo "${"0".repeat(64)}  /opt/ic/bin/b.mjs" ;; *) echo ic-replica.service ;;`);
  const result = await push({ guest, name: plan.name, files: built, version: "1.0", versionPath: plan.versionPath });
  expect(result).toMatchObject({ changed: ["/opt/ic/bin/b.mjs"], restarted: ["ic-replica.service"], version: pushedVersion("1.0", built) });
  fs.renameSync(at("input"), at("x.tar"));
  expect([...readTarFile(at("x.tar"))].filter(({ type }) => type === "file").map((entry) => entry.path)).toEqual(["opt/ic/bin/b.mjs", "opt/ic/share/replica_version.txt", "usr/lib/extension-release.d/extension-release.dev-push"]);
});

test("nothing is sent to a guest that runs what is built", async () => {
  const built = files();
  const guest = fakeGuest(`sha256sum*) ${built.map(({ sha256, path: name }) => `echo "${sha256}  ${name}"`).join("; ")} ;; *) exit 9 ;;`);
  expect(await push({ guest, name: plan.name, files: built, version: "1.0", versionPath: plan.versionPath })).toMatchObject({ changed: [], restarted: [], version: null, bytes: 0 });
});

test("what the guest refuses is told with its words", async () => {
  const guest = fakeGuest(`sha256sum*) ;; *) echo "No space left on device" >&2; exit 1 ;;`);
  await expect(push({ guest, name: plan.name, files: files(), version: "1.0", versionPath: plan.versionPath })).rejects.toThrow("demo: exit 1: set -eu\nNo space left on device");
});

test("a revert tells what it restarted", async () => {
  expect(await revert(fakeGuest("*) echo ic-replica.service ;;"), plan.name)).toMatchObject({ restarted: ["ic-replica.service"], changed: [] });
});
