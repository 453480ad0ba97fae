import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type Checkout, makeCheckout, quickBuilder } from "./checkout.ts";

/** A build step that tells its and its parent's process id, waits for the file `go`, and then builds. */
function waitingBuilder(checkout: Checkout): { processes: () => number[]; go: () => void } {
  const processes = path.join(checkout.folder, "processes");
  const go = path.join(checkout.folder, "go");
  checkout.builder(`echo half > "$2/half"; echo $$ $PPID >> ${processes}; until [ -e ${go} ]; do sleep 0.05; done\n${quickBuilder}`);
  return {
    processes: () => (fs.existsSync(processes) ? fs.readFileSync(processes, "utf8").trim().split(/\s+/).map(Number) : []),
    go: () => fs.writeFileSync(go, ""),
  };
}

async function until(what: string, happened: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !happened(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`waited 20 s in vain: ${what}`);
  }
}

function installed(checkout: Checkout): string[] {
  return fs.existsSync(checkout.cache) ? fs.readdirSync(checkout.cache).filter((name) => name !== ".lock") : [];
}

test("installs once, then starts what is there", async () => {
  using checkout = makeCheckout();
  checkout.builder(`echo built >&2\n${quickBuilder}`);
  const first = await checkout.start(["info"]);
  expect(first).toMatchObject({ stdout: "private info", exitCode: 0 });
  expect(first.stderr).toContain("built");
  expect(await checkout.start(["info"])).toMatchObject({ stdout: "private info", stderr: "" });
  expect(installed(checkout)).toEqual([expect.stringMatching(/^bazel-7\.99\.1-\d+$/)]);
});

test("another installer makes another folder", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  await checkout.start(["info"]);
  checkout.builder(`${quickBuilder} # changed`);
  await checkout.start(["info"]);
  expect(installed(checkout)).toHaveLength(2);
});

test("of two at once the second waits and uses the first's", async () => {
  using checkout = makeCheckout();
  const builder = waitingBuilder(checkout);
  const first = checkout.start(["first"]);
  await until("the first builds", () => builder.processes().length === 2);
  const second = checkout.start(["second"]);
  let waits = false;
  second.stderr?.on("data", (text) => (waits ||= String(text).includes("waiting for it")));
  await until("the second says that it waits", () => waits);
  builder.go();
  expect((await first).stdout).toBe("private first");
  expect((await second).stdout).toBe("private second");
  expect(builder.processes()).toHaveLength(2);
  expect(installed(checkout)).toHaveLength(1);
});

test("after kill -9 the next run does not wait, removes what was left and installs", async () => {
  using checkout = makeCheckout();
  const builder = waitingBuilder(checkout);
  const killed = checkout.start(["info"], { stdio: "ignore" });
  await until("the first builds", () => builder.processes().length === 2);
  const [orphan, installer] = builder.processes() as [number, number];
  // The step itself lives on, as a download would.
  process.kill(installer, "SIGKILL");
  expect((await killed).exitCode).toBe(137);
  expect(installed(checkout)).toEqual([expect.stringMatching(/^\.partial-/)]);

  checkout.builder(quickBuilder);
  const again = await checkout.start(["info"]);
  process.kill(orphan, "SIGKILL");
  expect(again.stdout).toBe("private info");
  expect(again.stderr).not.toContain("waiting");
  expect(installed(checkout)).toEqual([expect.stringMatching(/^bazel-/)]);
});

test("Ctrl-C leaves nothing", async () => {
  using checkout = makeCheckout();
  const builder = waitingBuilder(checkout);
  // A process group of its own, as a terminal's foreground job has.
  const started = checkout.start(["info"], { detached: true });
  await until("it builds", () => builder.processes().length === 2);
  process.kill(-(started.pid as number), "SIGINT");
  const result = await started;
  expect(result.exitCode ?? result.signal).not.toBe(0);
  await until("the partial folder is gone", () => installed(checkout).length === 0);
});

test("a folder that was moved is built anew, since its programs hold absolute paths", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  await checkout.start(["info"]);
  const moved = `${checkout.cache}-moved`;
  fs.renameSync(checkout.cache, moved);
  fs.rmSync(path.join(moved, installedName(moved), "bin/bazel"));
  expect((await checkout.start(["info"], { env: { ICOS_BAZEL_CACHE: moved } })).stdout).toBe("private info");
});

test("what does not run in the end is not kept", async () => {
  using checkout = makeCheckout();
  checkout.builder(`${quickBuilder}\nprintf '#!/bin/sh\\necho bazel 1.0.0' > "$2/bin/bazel"`);
  const result = await checkout.start(["info"]);
  expect(result.exitCode).toBe(3);
  expect(result.stderr).toContain("says 'bazel 1.0.0', not 'bazel 7.99.1'");
  expect(installed(checkout)).toEqual([]);
});

test("finds the cache folder by XDG_CACHE_HOME, by HOME, and without either by the user's entry", async () => {
  using checkout = makeCheckout();
  checkout.builder(quickBuilder);
  const at = async (name: string, script: string): Promise<string[]> => {
    await checkout.shell([], `unset ICOS_BAZEL_CACHE HOME; ${script}; exec ${checkout.bazel} info`);
    return fs.readdirSync(path.join(checkout.folder, name)).filter((file) => file !== ".lock");
  };
  const folder = checkout.folder;
  const aBazel = [expect.stringMatching(/^bazel-/)];
  expect(await at("xdg/rules_icos", `export XDG_CACHE_HOME=${folder}/xdg`)).toEqual(aBazel);
  expect(await at("home/.cache/rules_icos", `export HOME=${folder}/home`)).toEqual(aBazel);
  checkout.fake("getent", `echo user:x:1:1::${folder}/entry:/bin/sh`);
  expect(await at("entry/.cache/rules_icos", "true")).toEqual(aBazel);
});

function installedName(cache: string): string {
  return fs.readdirSync(cache).find((name) => name.startsWith("bazel-")) as string;
}
