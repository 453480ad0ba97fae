import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { encode, Tagged } from "cborg";
import { execa } from "execa";
import { runfile } from "../../tools/lib/runfiles.ts";
import { imageShell } from "../guest/image-shell.ts";

// The guest's health scripts with the image's own shell and jq; systemctl, manageboot and curl are stand-ins.
const script = (name: string): string => runfile(process.env[name]!);
let folder: string;
let bin: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "health-"));
  bin = at("bin");
  for (const name of ["bin", "checks", "state", "metrics"]) fs.mkdirSync(at(name));
  imageShell(runfile(process.env["ROOTFS"]!), bin);
  for (const applet of ["chmod", "timeout", "tail", "head", "printf", "sed", "mktemp", "od", "sleep", "sync", "basename", "awk", "touch", "expr", "wc"]) if (!fs.existsSync(path.join(bin, applet))) fs.symlinkSync("busybox", path.join(bin, applet));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const program = (file: string, text: string): void => fs.writeFileSync(file, `#!${path.join(bin, "sh")}\n${text}\n`, { mode: 0o755 });
const check = (name: string, text: string): void => program(path.join(at("checks"), name), text);
const read = (name: string): unknown => JSON.parse(fs.readFileSync(at(name), "utf8"));

const environment = (): Record<string, string> => ({
  PATH: bin,
  ...{ HEALTH_CHECKS: at("checks"), HEALTH_STATE: at("state"), HEALTH_IGNORE: at("ignore"), HEALTH_METRICS: at("metrics") },
  ...{ GRUBENV: at("grubenv"), TRIAL_RECORD: at("config/upgrade/trial.json"), VERSION_FILE: at("version.txt"), COMMAND_LINE: at("cmdline"), UPTIME: at("uptime") },
  ...{ PAUSE: "0.05", SETTLE: "0.05", FORCE_AFTER: "0" },
});

async function run(file: string, args: string[] = [], more: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await execa(path.join(bin, "sh"), [file, ...args], { env: { ...environment(), ...more }, extendEnv: false, reject: false, timeout: 30_000 });
  return { exitCode, stdout, stderr };
}

test("all checks are run, told, and left as JSON and metrics", async () => {
  check("10-good", "echo first; echo all well");
  check("20-bad", "echo it is broken >&2; exit 3");
  check("30-not-here", "echo no node; exit 77");
  fs.writeFileSync(path.join(at("checks"), "README"), "not executable");
  const { exitCode, stdout } = await run(script("HEALTH"));
  expect(exitCode).toBe(5);
  expect(stdout.split("\n")).toEqual(["passed   10-good      all well", "failed   20-bad       it is broken", "skipped  30-not-here  no node"]);
  expect(read("state/health.json")).toEqual({
    healthy: false,
    checks: [
      { name: "10-good", outcome: "passed", message: "all well" },
      { name: "20-bad", outcome: "failed", message: "it is broken" },
      { name: "30-not-here", outcome: "skipped", message: "no node" },
    ],
  });
  expect(fs.readFileSync(at("metrics/guestos_health.prom"), "utf8")).toMatch(/^guestos_health\{check="10-good"\} 1\nguestos_health\{check="20-bad"\} 0\nguestos_health\{check="30-not-here"\} 1$/m);
  expect(fs.readdirSync(at("state"))).toEqual(["health.json"]);
  expect(fs.statSync(at("state/health.json")).mode & 0o777).toBe(0o644);
});

test("a check that an operator ignores is told and does not count", async () => {
  check("20-bad", 'echo "it is \\"broken\\""; exit 1');
  fs.writeFileSync(at("ignore"), "# not this one\n20-bad\n");
  const { exitCode, stdout } = await run(script("HEALTH"), ["--json"]);
  expect({ exitCode, report: JSON.parse(stdout) as unknown }).toEqual({ exitCode: 0, report: { healthy: true, checks: [{ name: "20-bad", outcome: "ignored", message: 'it is "broken"' }] } });
});

test("a system without checks is not healthy", async () => {
  expect(await run(script("HEALTH"))).toMatchObject({ exitCode: 5, stdout: expect.stringContaining("there is no check in") });
});

/** A system on its first boot after an upgrade: what it says is in the files, what is done to it in `done`. */
function onTrial(cycle: string, variables: Record<string, string> = {}): void {
  const block = { boot_alternative: "B", boot_cycle: cycle, ...variables };
  fs.writeFileSync(at("grubenv"), `# GRUB Environment Block\n${Object.entries(block).map(([name, value]) => `${name}=${value}\n`).join("")}`.padEnd(1024, "#"));
  fs.writeFileSync(at("version.txt"), "v2\n");
  fs.writeFileSync(at("cmdline"), "console=ttyS0 dfinity.system=B\n");
  fs.writeFileSync(at("uptime"), "35.20 10.00\n");
  fs.mkdirSync(at("config"), { recursive: true });
  program(path.join(bin, "guestos-health"), `exec ${path.join(bin, "sh")} ${script("HEALTH")} "$@"`);
  program(path.join(bin, "systemctl"), `if [ "$1" = is-system-running ]; then echo running; else echo "systemctl $*" >>${at("done")}; fi`);
  program(path.join(bin, "manageboot"), `echo "manageboot $*" >>${at("done")}; cat ${at("status.json")} 2>/dev/null || true`);
}

const done = (): string[] => (fs.existsSync(at("done")) ? fs.readFileSync(at("done"), "utf8").trim().split("\n") : []);

test("a healthy system is confirmed, after two looks", async () => {
  onTrial("failsafe_check");
  check("10-good", `echo x >>${at("looks")}`);
  expect((await run(script("TRIAL"), ["begin"])).exitCode).toBe(0);
  const { exitCode, stdout } = await run(script("TRIAL"), ["run"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("boot-trial: v2 is healthy and confirmed, 35 s after its start");
  expect(done()).toEqual(["manageboot guestos confirm"]);
  expect(fs.readFileSync(at("looks"), "utf8")).toBe("x\nx\n");
  expect(read("config/upgrade/trial.json")).toEqual({ version: "v2", state: "confirmed", reason: "" });
  expect(read("state/verdict.json")).toEqual({ version: "v2", outcome: "confirmed", reason: null });
});

test("what is well only now and then is not confirmed", async () => {
  onTrial("failsafe_check");
  // Well at each second look; the clock reaches the deadline with the sixth.
  check("10-loop", `n=$(cat ${at("n")} 2>/dev/null || echo 0); n=$((n + 1)); echo $n >${at("n")}; [ $n -lt 6 ] || echo 700.0 0 >${at("uptime")}; echo crashes; [ $((n % 2)) = 1 ]`);
  const { exitCode, stdout } = await run(script("TRIAL"), ["run"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("boot-trial: v2 is not healthy 600 s after its start, going back: 10-loop: crashes");
  expect(done()).toEqual(["systemctl --no-block reboot", "systemctl reboot --force --force"]);
  expect(read("config/upgrade/trial.json")).toEqual({ version: "v2", state: "unhealthy", reason: "10-loop: crashes" });
});

test("while the system starts its checks are left alone, but for the last half a minute", async () => {
  onTrial("failsafe_check");
  check("10-looks", `echo x >>${at("looks")}; echo 700.0 0 >${at("uptime")}; echo never started; exit 1`);
  // The clock goes on by 95 s whenever it is asked whether the system still starts.
  program(path.join(bin, "systemctl"), `if [ "$1" = is-system-running ]; then echo starting; echo asked >>${at("asked")}; echo "$(($(wc -l <${at("asked")}) * 95)).0 0" >${at("uptime")}; else echo "systemctl $*" >>${at("done")}; fi`);
  const { stdout } = await run(script("TRIAL"), ["run"]);
  expect(stdout).toContain("is not healthy 600 s after its start, going back: 10-looks: never started");
  expect(fs.readFileSync(at("asked"), "utf8")).toBe("asked\n".repeat(6));
  expect(fs.readFileSync(at("looks"), "utf8")).toBe("x\n");
});

test.each([
  ["guestos.health_deadline=40", 40],
  ["guestos.health_deadline=999999", 600],
  ["guestos.health_deadline=1801", 1800],
  ["guestos.health_deadline=0", 600],
])("the deadline: %s", async (argument, limit) => {
  onTrial("failsafe_check");
  check("10-bad", `echo ${limit + 1}.0 0 >${at("uptime")}; echo no; exit 1`);
  fs.writeFileSync(at("cmdline"), `console=ttyS0 ${argument} quiet\n`);
  expect((await run(script("TRIAL"), ["run"])).stdout).toContain(`it has until ${limit} s after its start`);
});

const rolledBack = { slots: { A: { state: "running", version: "v1" }, B: { state: "rolled back", version: "v2" } } };

test.each([
  ["that did not come up", undefined, "it did not get as far as its health checks: its kernel, initrd, root file system or early user space failed or hung"],
  ["whose checks failed", { version: "v2", state: "unhealthy", reason: "30-node: no answer" }, "30-node: no answer"],
  ["that was cut off", { version: "v2", state: "trying", reason: "" }, "it restarted before its health was known: kernel panic, watchdog or loss of power"],
  ["whose record is of an earlier one", { version: "v0", state: "unhealthy", reason: "old" }, "it did not get as far as its health checks: its kernel, initrd, root file system or early user space failed or hung"],
])("the system before tells why it is back: an upgrade %s", async (_, record, reason) => {
  onTrial("stable", { boot_alternative: "A", upgrade_attempt: "B" });
  fs.writeFileSync(at("version.txt"), "v1\n");
  fs.writeFileSync(at("status.json"), JSON.stringify(rolledBack));
  if (record !== undefined) {
    fs.mkdirSync(at("config/upgrade"));
    fs.writeFileSync(at("config/upgrade/trial.json"), JSON.stringify(record));
  }
  // So early in a boot nothing made the folder of the metrics yet.
  fs.rmdirSync(at("metrics"));
  const { exitCode, stdout } = await run(script("TRIAL"), ["begin"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `boot-trial: the upgrade to v2 was rolled back: ${reason}` });
  expect(read("state/verdict.json")).toEqual({ version: "v2", outcome: "rolled_back", reason });
  expect(fs.readFileSync(at("metrics/guestos_last_upgrade.prom"), "utf8")).toContain('guestos_last_upgrade{version="v2",outcome="rolled_back"} 1\n');
});

test("an ordinary boot starts no trial and asks nobody", async () => {
  onTrial("stable");
  expect(await run(script("TRIAL"), ["begin"])).toMatchObject({ exitCode: 1, stdout: "" });
  expect(done()).toEqual([]);
});

/** The node's check against a server that gives this status, and curl that reaches it. */
async function nodeCheck(status: () => object | undefined, more: Record<string, string> = {}) {
  const server = http.createServer((_, response) => {
    const body = status();
    response.writeHead(body === undefined ? 503 : 200).end(body === undefined ? "" : encode(new Tagged(55799, body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // busybox has wget in curl's place: curl -sS --max-time 5 -o FILE URL.
  program(path.join(bin, "curl"), `exec ${path.join(bin, "busybox")} wget -q -T 5 -O "$5" "$6"`);
  fs.writeFileSync(at("version.txt"), "v2\n");
  fs.writeFileSync(at("is-a-node"), "");
  try {
    return await run(script("NODE_CHECK"), [], {
      ...{ NODE_STATUS: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/status`, NODE_CONDITION: at("is-a-node"), PUSHED_VERSION_FILE: at("pushed"), GROWTH_SECONDS: "1" },
      ...more,
    });
  } finally {
    server.close();
  }
}

const healthy = (height: number): object => ({ impl_version: "v2", impl_hash: "0".repeat(64), replica_health_status: "healthy", certified_height: height, root_key: new Uint8Array(133) });

test.each([7, 23, 24, 255, 256, 70_000, 5_000_000_000])("a node whose height grows from %d is well", async (height) => {
  let asked = 0;
  expect(await nodeCheck(() => healthy(height + asked++))).toMatchObject({ exitCode: 0, stdout: `healthy, version v2, certified height ${height + 1}` });
});

test("a node that stands still, runs something else, is not healthy or does not answer is not well", async () => {
  expect(await nodeCheck(() => healthy(7))).toMatchObject({ exitCode: 1, stdout: "the certified height stands still at 7 for 1 s" });
  expect(await nodeCheck(() => ({ ...healthy(7), impl_version: "a-version-that-is-longer-than-23-letters" }))).toMatchObject({ exitCode: 1, stdout: "expected a node of version v2, got a-version-that-is-longer-than-23-letters" });
  expect(await nodeCheck(() => ({ ...healthy(7), replica_health_status: "certified_state_behind" }))).toMatchObject({ exitCode: 1, stdout: "the node is not healthy: certified_state_behind" });
  expect(await nodeCheck(() => undefined)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("no answer of the node") });
});

test("a replica that does not tell its height is well when it says so; programs that were pushed have their own version", async () => {
  const { certified_height: _, ...older } = healthy(0) as { certified_height: number };
  expect(await nodeCheck(() => older)).toMatchObject({ exitCode: 0, stdout: "healthy, version v2" });
  fs.writeFileSync(at("pushed"), "v2+push.1\n");
  expect(await nodeCheck(() => ({ ...older, impl_version: "v2+push.1" }))).toMatchObject({ exitCode: 0 });
});

test("a guest that is no node has no node to be well", async () => {
  expect(await nodeCheck(() => undefined, { NODE_CONDITION: at("nothing") })).toMatchObject({ exitCode: 77 });
});
