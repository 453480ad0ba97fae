import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../../../tools/config/config-volume.ts";
import { localGuestConfig } from "../../../tools/config/guestos-config.ts";
import { exec } from "../../../tools/lib/exec.ts";
import { waitForHealthyNode } from "../../../tools/status/wait-for-node.ts";
import { LocalMachine } from "../../../tools/vm/local-machine.ts";
import { timed } from "../clock.ts";
import type { Bench, Sample } from "../scenario.ts";
import { ENVIRONMENT } from "../targets.ts";

const DEADLINE_SECONDS = 900;

/** A guest of the benchmark in its own folder: the disk stays there between two boots. */
export interface BenchGuest {
  folder: string;
  machine: LocalMachine;
}

/** The guest of a round; made when it is not there. */
export async function benchGuest({ scratch, pinned, folder: parent }: Bench, round: number): Promise<BenchGuest> {
  const folder = path.join(parent, `guest-${round}`);
  const file = (name: string): string => path.join(folder, name);
  if (!fs.existsSync(folder)) {
    await scratch.bazel(["build", `${ENVIRONMENT}:disk.img`]);
    const image = fs.realpathSync(path.join(scratch.workspace, "bazel-bin", ENVIRONMENT.slice(2), "disk.img"));
    fs.mkdirSync(folder, { recursive: true });
    await exec(pinned.vm.sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", file("key")]);
    const keys = [fs.readFileSync(file("key.pub"), "utf8").trim()];
    await writeConfigVolume({ config: localGuestConfig({ hostname: "bench" }), authorizedKeys: { admin: keys, root: keys } }, pinned.vm, file("config.img"));
    await exec(pinned.vm.qemuImg, ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", image, file("disk.qcow2")]);
  }
  const drives = [
    { file: file("disk.qcow2"), format: "qcow2", boot: true, disposable: true },
    { file: file("config.img"), format: "raw", readOnly: true, serial: "config" },
  ] as const;
  const options = { tools: pinned.vm, accelerator: "tcg", ports: [{ guestPort: 8080 }], login: { user: "root", key: file("key") } } as const;
  return { folder, machine: new LocalMachine({ name: `guest-${round}`, drives, folder, ...options }) };
}

/** Seconds from power-on to a node that is healthy and certifies. */
export async function bootToHealthy({ machine }: BenchGuest): Promise<Sample> {
  let qemu: number | undefined;
  return timed(
    async () => {
      await machine.start();
      qemu = machine.process.pid;
      await waitForHealthyNode(machine, `http://127.0.0.1:${machine.hostPort(8080)}`, DEADLINE_SECONDS);
    },
    () => (qemu === undefined ? [] : [qemu]),
  );
}
