import fs from "node:fs";
import path from "node:path";
import { ConsoleLine } from "../../vm/console-line.ts";
import type { Farm } from "./farm.ts";
import { Refused } from "./refused.ts";
import { SharedWork } from "./shared-work.ts";

/** The serial consoles of all VMs. QEMU lets one in at a time, so all who type share one line. */
export class Consoles {
  readonly #farm: Farm;
  readonly #lines = new Map<string, ConsoleLine>();
  readonly #connecting = new SharedWork<ConsoleLine>();

  constructor(farm: Farm) {
    this.#farm = farm;
  }

  /** The file that holds what a VM wrote, and the VM's id. */
  log(group: string, name: string): { id: string; file: string } {
    this.#farm.groups.get(group);
    const vm = this.#farm.vms.rows.find(group, name);
    if (vm === undefined) throw new Refused(404, `group ${group} has no VM ${name}`);
    return { id: vm.id, file: path.join(this.#farm.folder.vm(vm.id), "console.log") };
  }

  /** Types on a VM's console; what is typed while it does not run is lost, as on a cable. */
  async type(id: string, text: string): Promise<void> {
    const line = this.#lines.get(id) ?? (await this.#connecting.run(id, () => this.#connect(id)).catch(() => undefined));
    line?.type(text);
  }

  /** Lets go of all lines. */
  close(): void {
    for (const line of this.#lines.values()) line.close();
  }

  async #connect(id: string): Promise<ConsoleLine> {
    const line = await ConsoleLine.connect(this.#farm.hypervisor.consoleSocket(id), undefined, () => this.#lines.delete(id));
    this.#lines.set(id, line);
    return line;
  }
}

/** Bytes of a file from a place on, as a stream; nothing when there is no such file. */
export function readLog(file: string, from: number): ReadableStream | null {
  if (!fs.existsSync(file) || fs.statSync(file).size <= from) return null;
  return ReadableStream.from(fs.createReadStream(file, { start: from }));
}
