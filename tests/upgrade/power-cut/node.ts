import fs from "node:fs";
import path from "node:path";
import { writeConfigVolume } from "../../../tools/config/config-volume.ts";
import { localGuestConfig } from "../../../tools/config/guestos-config.ts";
import { exec } from "../../../tools/lib/exec.ts";
import type { Accelerator } from "../../../tools/vm/accelerator.ts";
import { LocalMachine } from "../../../tools/vm/local-machine.ts";
import type { Machine } from "../../../tools/vm/machine.ts";
import type { VmTools } from "../../../tools/vm/vm-tools.ts";

/** A node that is started from many disks: its key, its configuration, its folder. */
export interface TestNode {
  folder: string;
  /** A machine with this disk; what it does to the disk is recorded when a log is given. */
  machine(name: string, disk: string, writeLog?: string): Machine;
}

/** Makes the key and the CONFIG volume of a node. A folder that is not kept goes when this process ends before its guest. */
export async function makeNode(folder: string, tools: VmTools, accelerator: Accelerator, isKept = false): Promise<TestNode> {
  const key = path.join(folder, "ssh_key");
  if (!fs.existsSync(key)) await exec(tools.sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key]);
  const publicKey = fs.readFileSync(`${key}.pub`, "utf8").trim();
  const volume = path.join(folder, "config.img");
  await writeConfigVolume({ config: localGuestConfig({ hostname: "cut" }), authorizedKeys: { root: [publicKey] } }, tools, volume);
  return {
    folder,
    machine: (name, disk, writeLog) => {
      const own = path.join(folder, name);
      fs.mkdirSync(own, { recursive: true });
      if (writeLog !== undefined) fs.writeFileSync(writeLog, "");
      return new LocalMachine({
        ...{ name, tools, accelerator, folder: own, login: { user: "root", key } },
        drives: [
          { file: disk, format: disk.endsWith(".qcow2") ? "qcow2" : "raw", boot: true, disposable: true, ...(writeLog === undefined ? {} : { writeLog }) },
          { file: volume, format: "raw", readOnly: true, serial: "config" },
        ],
        removeWithGuest: isKept ? [] : [folder],
      });
    },
  };
}
