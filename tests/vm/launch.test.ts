import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { identify } from "../../tools/vm/process-identity.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

const program = (name: string): string => runfile(process.env[name]!);
const noKvmLabel = "//ic-os/guestos/envs/dev:launch-local-vm-no-kvm";

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

let home = "";
let started: ReturnType<typeof start>[] = [];

beforeEach(() => {
  home = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "home-"));
  started = [];
});
afterEach(async () => {
  // A failed test may leave a guest.
  for (const one of started) one.kill("SIGKILL");
  await start("STOP", ["--all", "--timeout", "0"]).ended;
  fs.rmSync(home, { recursive: true });
});

/** Starts one of the targets as a user would, with a home and a folder for sockets of its own. */
function start(name: "LAUNCH" | "LAUNCH_KVM" | "SSH" | "STOP", args: readonly string[]): { ended: Promise<Ended>; kill(signal: NodeJS.Signals): void } {
  const env = { PATH: process.env["PATH"], HOME: home, XDG_RUNTIME_DIR: runtimeFolder(), BUILD_WORKING_DIRECTORY: home };
  const child = spawn(program(name), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => (stdout += String(data)));
  child.stderr.on("data", (data) => (stderr += String(data)));
  // "close" comes when our pipes are closed: a guest that is left running must not hold them, or the test hangs.
  const ended = new Promise<Ended>((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
  const one = { ended, kill: (signal: NodeJS.Signals) => void child.kill(signal) };
  started.push(one);
  return one;
}

/** Short: UNIX sockets lie in it. */
function runtimeFolder(): string {
  const folder = path.join("/tmp", `run-${path.basename(home)}`);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

const registry = (): string => path.join(home, ".local/state/rules_icos/vm");

/** All that a launch could leave: state folders, folders of sockets. */
function leftovers(): string[] {
  const list = (folder: string): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : []);
  return [...list(registry()), ...list(runtimeFolder())];
}

interface Running {
  vm: string;
  process: { pid: number };
  runtimeFolder: string;
}

/** The record of the guest, once QEMU runs. */
async function runningVm(): Promise<Running> {
  const record = path.join(registry(), "guestos-dev-1/vm.json");
  const look = (): Running | undefined => {
    if (!fs.existsSync(record)) return undefined;
    const vm = JSON.parse(fs.readFileSync(record, "utf8")) as Running;
    return fs.existsSync(path.join(vm.runtimeFolder, "qmp")) ? vm : undefined;
  };
  return waitFor("QEMU runs", look, { seconds: 60 });
}

test("detached: one JSON object, ssh and stop find the guest, nothing is left", async () => {
  const launched = await start("LAUNCH", ["--json", "--detach", "--wait", "ssh", "--append", "guestos.test=42"]).ended;
  expect(launched).toMatchObject({ code: 0 });
  const vm = JSON.parse(launched.stdout) as Record<string, unknown>;
  expect(vm).toMatchObject({ vm: "guestos-dev-1", accelerator: "tcg", label: noKvmLabel, stateDir: path.join(registry(), "guestos-dev-1") });
  expect(launched.stderr).toMatch(/^image .*\ndisk .*\nruns .*\nssh .*\nstate .*\nready in [\d.]+s$/m);
  expect(String(vm["sshCommand"])).toContain(`ssh -p ${String(vm["sshPort"])} `);
  expect(fs.readFileSync(String(vm["consoleLog"]), "utf8")).toContain("GRUB: slot A");

  expect(await start("SSH", ["cat", "/proc/cmdline"]).ended).toMatchObject({ code: 0, stdout: expect.stringContaining("guestos.test=42") });
  expect(await start("SSH", ["exit", "7"]).ended).toMatchObject({ code: 7 });

  expect(await start("STOP", []).ended).toMatchObject({ code: 0, stderr: "guestos-dev-1 stopped\n" });
  expect(identify(Number(vm["pid"]))).toBeUndefined();
  expect(leftovers()).toEqual([]);
  expect(await start("SSH", []).ended).toMatchObject({ code: 3, stderr: expect.stringContaining("no guest guestos-dev runs") });
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends the guest and leaves nothing", async (signal) => {
  const launch = start("LAUNCH", []);
  const vm = await runningVm();
  launch.kill(signal);
  expect(await launch.ended).toMatchObject({ code: null, signal });
  expect(identify(vm.process.pid)).toBeUndefined();
  expect(leftovers()).toEqual([]);
});

test("even SIGKILL leaves nothing for long", async () => {
  const launch = start("LAUNCH", []);
  const vm = await runningVm();
  launch.kill("SIGKILL");
  await launch.ended;
  await waitFor("the guest is gone", () => (identify(vm.process.pid) === undefined ? true : undefined), { seconds: 30 });
  await waitFor("its folders are gone", () => (leftovers().length === 0 ? true : undefined), { seconds: 30, lastSeen: () => leftovers().join(" ") });
});

test("two guests at once differ in name and ports; a kept folder survives its guest", async () => {
  const keep = path.join(home, "keep");
  const results = await Promise.all([start("LAUNCH", ["--json", "--detach", "--persist", "keep"]).ended, start("LAUNCH", ["--json", "--detach"]).ended]);
  const vms = results.map((result) => JSON.parse(result.stdout) as Record<string, unknown>);
  for (const field of ["vm", "sshPort", "apiPort", "pid", "stateDir"]) expect(vms[0]![field]).not.toBe(vms[1]![field]);
  expect(vms[0]!["stateDir"]).toBe(keep);
  expect(await start("LAUNCH", ["--persist", "keep"]).ended).toMatchObject({ code: 3, stderr: expect.stringContaining("is in use by") });
  expect(await start("STOP", ["--all", "--timeout", "0"]).ended).toMatchObject({ code: 0 });
  expect(leftovers()).toEqual([]);
  expect(fs.readdirSync(keep)).toEqual(expect.arrayContaining(["console.log", "disk.img", "ssh_key"]));
  expect(fs.existsSync(path.join(keep, "vm.json"))).toBe(false);
});

test("a port that was asked for and is taken: exit 3, nothing started", async () => {
  const busy = net.createServer();
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  const { port } = busy.address() as net.AddressInfo;
  const refused = await start("LAUNCH", ["--ssh-port", String(port)]).ended;
  busy.close();
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining(`port ${port} of 127.0.0.1`) });
  expect(leftovers()).toEqual([]);
});

test("--dry-run prints QEMU's command line and writes nothing", async () => {
  const dry = await start("LAUNCH", ["--dry-run", "--memory", "2G", "--cpus", "3"]).ended;
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/qemu-system-x86_64'? .* -accel tcg.* -smp 3 -m 2048M /) });
  expect(leftovers()).toEqual([]);
});

test("a wrong flag: exit 2", async () => {
  expect(await start("LAUNCH", ["--memroy", "2G"]).ended).toMatchObject({ code: 2, stderr: expect.stringContaining("memroy") });
});

test("the KVM target starts a guest, or says why not and what to run instead", async () => {
  const launched = await start("LAUNCH_KVM", ["--json", "--detach"]).ended;
  if (launched.code === 0) {
    expect(JSON.parse(launched.stdout)).toMatchObject({ accelerator: "kvm" });
    return;
  }
  expect(launched).toMatchObject({ code: 3, stdout: "" });
  expect(launched.stderr).toMatch(/KVM does not work on this machine: \S/);
  expect(launched.stderr).toContain(`Try: bazel run ${noKvmLabel}`);
  expect(leftovers()).toEqual([]);
  expect(fs.existsSync(path.join(home, ".local"))).toBe(false);
});
