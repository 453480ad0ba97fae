import fs from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "@jest/globals";
import type { Machine } from "../../tools/vm/machine.ts";

/** What must be the same at every boot of a node. */
export async function identity(machine: Machine): Promise<string> {
  const files = ["machine-id", "ssh/ssh_host_ed25519_key.pub", "node_exporter/node_exporter.crt", "config.json", "storage/A_var", "storage/store"];
  return machine.succeed(`cd /boot/config && sha256sum store.keyfile ${files.join(" ")}; cat /etc/machine-id; cryptsetup luksUUID /dev/vda6; cryptsetup luksUUID /dev/vda10`);
}

/** Fails unless every unit of the boot has started. */
export async function isRunning(machine: Machine): Promise<void> {
  const state = (await machine.exec("systemctl is-system-running --wait", { seconds: 300 })).stdout;
  expect({ state, failed: await machine.succeed("systemctl --failed --no-legend --plain") }).toEqual({ state: "running", failed: "" });
}

/** Runs a command until it succeeds: for what the guest does on its own time. */
export async function eventually(machine: Machine, command: string, seconds = 60): Promise<void> {
  await machine.succeed(`timeout ${seconds} sh -c 'until (${command.replaceAll("'", `'"'"'`)}); do sleep 0.2; done'`, { seconds: seconds + 30 });
}

/** Makes a file the content of the CONFIG volume in a running guest, runs init-config anew and gives what it said. */
export async function takeVolume(machine: Machine, image: string): Promise<string> {
  const stdin = gzipSync(fs.readFileSync(image)).toString("base64");
  const wipe = "blkdiscard -z /dev/vdb 2>/dev/null || dd if=/dev/zero of=/dev/vdb bs=1M 2>/dev/null";
  // A quick machine comes to more starts than systemd allows in ten seconds.
  const restart = "systemctl reset-failed init-config; systemctl restart init-config";
  const journal = "journalctl -q --sync; journalctl -q -o cat -u init-config _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID init-config)";
  return machine.succeed(`${wipe}; base64 -d | gzip -d | dd of=/dev/vdb bs=1M conv=fsync iflag=fullblock 2>/dev/null; ${restart}; ${journal}`, { stdin });
}
