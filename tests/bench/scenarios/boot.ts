import path from "node:path";
import fs from "node:fs";
import { exec } from "../../../tools/lib/exec.ts";
import { LocalMachine } from "../../../tools/vm/local-machine.ts";
import { readBanner } from "../../../tools/vm/ssh.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { timed } from "../clock.ts";
import type { Bench, Sample, Scenario } from "../scenario.ts";
import { ENVIRONMENT } from "../targets.ts";

const DEADLINE_SECONDS = 900;

/** From power-on to the banner of SSH, by software emulation: what the guest does, not what the host's processor adds. Both in the same virtual machine. */
export const boot: Scenario = {
  name: "boot",
  title: "power-on to SSH banner, software emulation",
  unit: "s",
  ours: async (bench, round) => {
    await bench.scratch.bazel(["build", `${ENVIRONMENT}:disk.img`]);
    return bootDisk(bench, path.join(bench.scratch.workspace, "bazel-bin", ENVIRONMENT.slice(2), "disk.img"), `ours-${round}`);
  },
  peer: async (bench, round) => bootDisk(bench, bench.peer.image, `peer-${round}`),
};

async function bootDisk({ pinned, folder }: Bench, disk: string, name: string): Promise<Sample> {
  const place = path.join(folder, name);
  fs.mkdirSync(place, { recursive: true });
  const overlay = path.join(place, "disk.qcow2");
  await exec(pinned.vm.qemuImg, ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", fs.realpathSync(disk), overlay]);
  const drives = [{ file: overlay, format: "qcow2", boot: true, disposable: true } as const];
  const machine = new LocalMachine({ name, tools: pinned.vm, accelerator: "tcg", drives, folder: place });
  try {
    const sample = await timed(async () => {
      await machine.start();
      await waitFor(`${name}: SSH banner`, async () => (await readBanner(machine.hostPort(22), 1000))?.startsWith("SSH-") === true || undefined, { seconds: DEADLINE_SECONDS });
    }, () => (isRunning(machine) ? [machine.process.pid] : []));
    return sample;
  } finally {
    await machine.stop();
    fs.rmSync(overlay, { force: true });
  }
}

function isRunning(machine: LocalMachine): boolean {
  try {
    return machine.process.pid > 0;
  } catch {
    return false;
  }
}
