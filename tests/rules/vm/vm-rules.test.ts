import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { readDescription } from "../../../tools/launch/description.ts";
import { readVmTools } from "../../../tools/vm/vm-tools.ts";

let home = "";
beforeAll(() => {
  home = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "home-"));
});
afterAll(() => fs.rmSync(home, { recursive: true }));

function run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: home } });
}

const target = (name: string): string => runfile(process.env[name]!);

test("a launch target describes itself: labels as one types them, image, defaults", () => {
  const kvm = readDescription(`${process.env["LAUNCH"]!}.launch.json`);
  expect(kvm).toMatchObject({
    name: "tiny",
    label: "//tests/rules/vm:launch",
    accelerator: "kvm",
    noKvmLabel: "//tests/rules/vm:launch-no-kvm",
    image: { label: "//tests/rules/vm:disk" },
    user: "admin",
    memoryMiB: 256,
    cpus: 3,
  });
  expect(fs.readFileSync(runfile(kvm.image!.version!), "utf8")).toBe("1.2.3\n");
  expect(fs.existsSync(runfile(kvm.image!.manifest))).toBe(true);
  const emulated = readDescription(`${process.env["LAUNCH_NO_KVM"]!}.launch.json`);
  expect(emulated).toEqual({ ...kvm, accelerator: "tcg", label: "//tests/rules/vm:launch-no-kvm", noKvmLabel: undefined });
});

test("every tool is there and starts", () => {
  const { firmware, ...programs } = readVmTools(process.env["TOOLS"]!);
  expect(fs.statSync(firmware).size).toBeGreaterThan(1 << 20);
  expect(Object.keys(programs).sort()).toEqual(["mkfsVfat", "mtools", "qemuImg", "qemuSystem", "scp", "ssh", "sshKeygen"]);
  for (const program of Object.values(programs)) expect(fs.existsSync(program)).toBe(true);
  expect(run(programs.qemuSystem, "--version").stdout).toContain("QEMU emulator version");
  expect(run(programs.ssh, "-V").stderr).toContain("OpenSSH");
});

test("the targets run from another target's runfiles and through a link", () => {
  const dry = run(target("LAUNCH_NO_KVM"), "--dry-run", "--json", "--ssh-port", "40022");
  expect(dry).toMatchObject({ status: 0, stderr: "" });
  const plan = JSON.parse(dry.stdout) as { command: string[] };
  expect(plan).toMatchObject({ dryRun: true, sshPort: 40022, stateDir: path.join(home, ".local/state/rules_icos/vm/tiny-XXXXXX") });
  expect(plan.command).toEqual(expect.arrayContaining(["-smp", "3", "256M", "tcg,thread=multi"]));

  const link = path.join(home, "link");
  fs.symlinkSync(target("LAUNCH"), link);
  const runfiles = spawnSync(link, ["--dry-run", "--no-kvm"], { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: home, RUNFILES_DIR: process.env["RUNFILES_DIR"] } });
  expect(runfiles).toMatchObject({ status: 0, stdout: expect.stringContaining("tcg,thread=multi") });
});

test("ssh and stop know whose guests they mean", () => {
  expect(run(target("SSH"), "true")).toMatchObject({ status: 3, stderr: expect.stringContaining("no guest tiny runs") });
  expect(run(target("STOP"), "--vm", "tiny-1")).toMatchObject({ status: 3, stderr: expect.stringContaining("no guest tiny-1 runs") });
  expect(run(target("STOP"))).toMatchObject({ status: 0, stderr: "no guest of tiny runs\n" });
});

test("help needs no guest", () => {
  for (const name of ["LAUNCH", "SSH", "STOP"]) expect(run(target(name), "--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("bazel run TARGET") });
});
