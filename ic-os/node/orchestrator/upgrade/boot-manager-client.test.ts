import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runfile } from "../../../../tools/lib/runfiles.ts";
import { bootManagerClient } from "./boot-manager-client.ts";

// The guest's own script behind a socket, as systemd runs it, with a program in manageboot's place.
const script = runfile(process.env["SCRIPT"] ?? "");
let folder: string;
let server: net.Server | undefined;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "boot-manager-"));
});
afterEach(() => {
  server?.close();
  server = undefined;
  fs.rmSync(folder, { recursive: true });
});

/** Listens as ic-boot-manager.socket does: each connection is the standard input and output of one run of the script. */
async function listen(manageboot: string): Promise<ReturnType<typeof bootManagerClient>> {
  const program = path.join(folder, "manageboot");
  fs.writeFileSync(program, `#!/bin/sh\n${manageboot}\n`, { mode: 0o755 });
  const socket = path.join(folder, "socket");
  server = net.createServer({ allowHalfOpen: true }, (connection) => {
    const child = spawn("/bin/sh", [script, program], { stdio: ["pipe", "pipe", "inherit"] });
    connection
      .on("error", () => undefined)
      .on("close", () => child.stdin.end())
      .pipe(child.stdin.on("error", () => undefined));
    child.stdout.pipe(connection);
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  return bootManagerClient(socket, path.join(folder, "verdict.json"));
}

function image(bytes: number): string {
  const file = path.join(folder, "image");
  fs.writeFileSync(file, Buffer.alloc(bytes, "x"));
  return file;
}

const options = { allowDowngrade: false, line: () => undefined, signal: new AbortController().signal };

test("the status is read", async () => {
  const status = { current: "B", target: "A", state: "stable", slots: { A: { state: "installed", version: "v2" }, B: { state: "running", version: "v1" } }, more: 1 };
  const print = (): string => `[ "$*" = "guestos status --json" ] && cat ${path.join(folder, "status")}`;
  const boot = await listen(print());
  const write = (changes: object): void => fs.writeFileSync(path.join(folder, "status"), `${JSON.stringify({ ...status, ...changes })}\n`);
  write({});
  expect(await boot.status()).toEqual({ current: "B", bootCycle: "stable", installed: "v2" });
  write({ state: "failsafe_check", slots: { ...status.slots, A: { state: "fallback", version: "v2" } } });
  expect(await boot.status()).toEqual({ current: "B", bootCycle: "failsafe_check", installed: null });
});

test("an image reaches the installer whole, and what it says comes back line by line", async () => {
  const boot = await listen(`echo "$*"; echo "got $(wc -c)"; echo to the journal >&2`);
  const lines: string[] = [];
  await boot.install(image(3_000_000), { ...options, allowDowngrade: true, line: (text) => lines.push(text) });
  expect(lines).toEqual(["guestos upgrade-install --allow-downgrade -", "got 3000000", "to the journal"]);
});

test("an image that is refused at once fails with the reason, however much of it was not read", async () => {
  const boot = await listen(`echo "manageboot: wrong signature" >&2; exit 4`);
  await expect(boot.install(image(20_000_000), options)).rejects.toThrow(/^manageboot: wrong signature$/);
});

test("a commit is asked for", async () => {
  const boot = await listen(`echo "$*" >${folder}/said`);
  await boot.commit();
  expect(fs.readFileSync(path.join(folder, "said"), "utf8")).toBe("guestos upgrade-commit\n");
});

test("an installation that is no longer wanted is cut off", async () => {
  const boot = await listen("head -c 1000 >/dev/null; sleep 2; exec cat >/dev/null");
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 200);
  const started = performance.now();
  await expect(boot.install(image(20_000_000), { ...options, signal: abort.signal })).rejects.toThrow("the boot manager gave no answer: no longer wanted");
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("nobody there", async () => {
  await expect(bootManagerClient(path.join(folder, "none"), "").status()).rejects.toThrow("status: the boot manager gave no answer: connect ENOENT");
});

test("how the last upgrade ended", async () => {
  const boot = bootManagerClient("", path.join(folder, "verdict.json"));
  expect(await boot.verdict()).toBeNull();
  fs.writeFileSync(path.join(folder, "verdict.json"), '{"version":"v2","outcome":"rolled_back","reason":"node: no answer","at":1}');
  expect(await boot.verdict()).toEqual({ version: "v2", outcome: "rolled_back", reason: "node: no answer" });
});
