import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isAlive } from "../../vm/process-identity.ts";
import type { Drive } from "../../vm/qemu-args.ts";
import type { AttachDrives } from "../wire/drives.ts";
import type { CreateVm, VmCreated } from "../wire/vm.ts";
import type { Database } from "./database.ts";
import { sameContent, type Disks } from "./disks.ts";
import { assertHostFeatures, type Groups } from "./groups.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { Network, VmAddresses } from "./network.ts";
import type { FarmOptions } from "./options.ts";
import { assertQuota } from "./quota.ts";
import { Refused } from "./refused.ts";
import type { StateFolder } from "./state-folder.ts";
import { VmRows, type Vm } from "./vm-rows.ts";

/** The most bytes of a console log. */
const MOST_LOG = 64 * 2 ** 20;

/** The parts that VMs are made with. */
export interface VmParts {
  db: Database;
  folder: StateFolder;
  options: FarmOptions;
  groups: Groups;
  disks: Disks;
  network: Network;
  hypervisor: Hypervisor;
}

/** The VMs: one thing at a time is done to each. */
export class Vms {
  readonly rows: VmRows;
  readonly #parts: VmParts;
  readonly #lock = new KeyedLock();
  /** VMs in the making: they have a folder and no row yet. */
  readonly #unborn = new Set<string>();

  constructor(parts: VmParts) {
    this.rows = new VmRows(parts.db);
    this.#parts = parts;
  }

  /** Makes a VM; the same request again gives the same answer. */
  async create(group: string, name: string, request: CreateVm): Promise<VmCreated> {
    return this.#lock.run(`${group}/${name}`, async () => {
      this.#parts.groups.get(group);
      const present = this.rows.find(group, name);
      if (present === undefined) return this.#make(group, name, request);
      if (isDeepStrictEqual(present.request, request)) return present.answer;
      throw new Refused(409, `VM ${name} of group ${group} is there already, made by another request`, { hint: "choose another name" });
    });
  }

  /** Replaces the removable drives. */
  async attach(group: string, name: string, { drives }: AttachDrives): Promise<void> {
    await this.#withVm(group, name, async (vm) => {
      const [boot, ...removable] = vm.drives;
      if (removable.length === drives.length && removable.every((drive, index) => sameContent(drive, drives[index]!))) return;
      if (vm.state === "running") throw new Refused(409, `VM ${name} runs: its drives cannot be changed now`, { hint: "destroy it first; start it again afterwards" });
      const folder = this.#parts.folder.vm(vm.id);
      const made = [];
      for (const source of drives) made.push(await this.#parts.disks.make(folder, group, source, null, () => void this.#parts.groups.get(group)));
      this.rows.setDrives(vm.id, [boot!, ...made]);
      for (const old of removable) fs.rmSync(path.join(folder, old.overlay), { force: true });
    });
  }

  /** Starts a VM; one that runs is left as it is. */
  async start(group: string, name: string): Promise<void> {
    await this.#withVm(group, name, async (vm) => {
      if (vm.state === "running") return;
      const { network, hypervisor, folder } = this.#parts;
      const { answer, request } = vm;
      // Written down before the process is there: a server that is killed in between looks for it.
      this.rows.setState(vm.id, "starting");
      try {
        const cards = await network.attach(vm.id, group, name, request.hasIPv4, answer);
        const hardware = { id: vm.id, name, vCPUs: answer.spec.vCPUs, memoryMiB: Math.floor(answer.spec.memoryKiB / 1024), network: cards };
        const process = await hypervisor.start({ ...hardware, drives: this.#drives(vm), folder: folder.vm(vm.id), extra: request.qemuCliArgs });
        this.rows.setState(vm.id, "running", process);
      } catch (error) {
        this.rows.setState(vm.id, "stopped");
        await network.detach(vm.id);
        throw error;
      }
    });
  }

  /** Presses the reset button. */
  async reboot(group: string, name: string): Promise<void> {
    await this.#withVm(group, name, async (vm) => {
      if (vm.state !== "running") throw new Refused(409, `VM ${name} does not run`, { hint: "start it" });
      await this.#parts.hypervisor.reset(vm.id);
    });
  }

  /** Takes a VM's power away. Its disks stay: it can be started again. */
  async destroy(group: string, name: string): Promise<void> {
    await this.#withVm(group, name, (vm) => this.#powerOff(vm));
  }

  /** Ends all VMs of a group and removes what they have. The group is marked, so no new one comes. */
  async removeAll(group: string): Promise<void> {
    // One at a time: a disk that is thrown away with all others at once stalls the host.
    for (const vm of this.rows.ofGroup(group)) {
      await this.#lock.run(`${group}/${vm.name}`, async () => {
        await this.#powerOff(vm);
        this.#parts.network.release(vm.answer);
        fs.rmSync(this.#parts.folder.vm(vm.id), { recursive: true, force: true });
        this.rows.remove(vm.id);
      });
    }
  }

  /** Takes over what an earlier server left: running VMs keep running. */
  async recover(): Promise<{ adopted: number; lost: number }> {
    const { hypervisor, network } = this.#parts;
    const processes = hypervisor.census();
    const count = { adopted: 0, lost: 0 };
    const vms = this.rows.all();
    for (const vm of vms) {
      network.adopt(vm.answer);
      const found = processes.get(vm.id) ?? [];
      if (vm.state === "running" || vm.state === "starting") {
        // An earlier process of the VM may still be on its way out: it has another start time.
        const process = found.find((one) => one.startTime === vm.process?.startTime) ?? found.at(-1);
        this.rows.setState(vm.id, process === undefined ? "stopped" : "running", process);
        count[process === undefined ? "lost" : "adopted"]++;
      }
    }
    await this.collect();
    const running = this.rows.all().filter((vm) => vm.state === "running");
    await network.recover(new Set(running.map((vm) => vm.id)));
    return count;
  }

  /** Notices VMs that ended by themselves; ends processes and removes folders that belong to none. */
  async collect(): Promise<void> {
    const { hypervisor, network, folder } = this.#parts;
    const vms = this.rows.all();
    for (const vm of vms) {
      if (vm.state !== "running" || (vm.process !== undefined && isAlive(vm.process)) || this.#lock.isHeld(`${vm.group}/${vm.name}`)) continue;
      await this.#lock.run(`${vm.group}/${vm.name}`, async () => {
        const now = this.rows.find(vm.group, vm.name);
        if (now?.state !== "running" || (now.process !== undefined && isAlive(now.process))) return;
        this.rows.setState(vm.id, "stopped");
        await hypervisor.endAll(vm.id);
        await network.detach(vm.id);
      });
    }
    // Looked up anew each time: while one process is ended, another VM may be started.
    const idle = (id: string): boolean => {
      const vm = this.rows.byId(id);
      return vm === undefined ? !this.#unborn.has(id) : (vm.state === "created" || vm.state === "stopped") && !this.#lock.isHeld(`${vm.group}/${vm.name}`);
    };
    for (const id of new Set([...hypervisor.census().keys(), ...hypervisor.folders()])) if (idle(id)) await hypervisor.endAll(id);
    for (const vm of this.rows.all()) if (vm.state === "running") trimLog(path.join(folder.vm(vm.id), "console.log"));
    for (const id of fs.readdirSync(folder.vms)) if (this.rows.byId(id) === undefined && !this.#unborn.has(id)) fs.rmSync(folder.vm(id), { recursive: true, force: true });
  }

  async #make(group: string, name: string, request: CreateVm): Promise<VmCreated> {
    const { options, network, disks, folder, db, groups } = this.#parts;
    assertHostFeatures(request.requiredHostFeatures, options);
    if (request.type === "sev" && !options.hostFeatures.includes("AMD-SEV-SNP")) throw new Refused(422, "type: expected production, nested or test, got sev: this host has no AMD-SEV-SNP");
    if (request.qemuCliArgs.length > 0 && !options.allowQemuArgs) throw new Refused(403, "qemuCliArgs: this farm takes none, as they can read the host's files", { hint: "the farm's operator allows them with --allow-qemu-args" });
    const spec = { vCPUs: Math.min(request.vCPUs, options.vmMaximum.vCPUs), memoryKiB: Math.min(request.memoryKiB, options.vmMaximum.memoryMiB * 1024) };
    const check = (): void => {
      groups.get(group);
      assertQuota({ vms: 1, vCPUs: spec.vCPUs, memoryMiB: Math.ceil(spec.memoryKiB / 1024) }, { name: group, used: this.rows.granted(group) }, { used: this.rows.granted() }, options);
    };
    // Now, to refuse before hundreds of megabytes are fetched, and again when the row is written: others may have been faster.
    check();
    const id = randomBytes(4).toString("hex");
    this.#unborn.add(id);
    let addresses: VmAddresses | undefined;
    try {
      addresses = await network.plan(group, name, request.hasIPv4);
      fs.mkdirSync(folder.vm(id), { mode: 0o700 });
      const boot = await disks.make(folder.vm(id), group, request.primaryImage, request.primaryImageMinimalSizeGiB, () => void groups.get(group));
      const answer = { ...addresses, hostname: options.hostname, spec };
      db.atomically(() => {
        check();
        this.rows.insert({ id, group, name, request, answer, drives: [boot] });
      });
      return answer;
    } catch (error) {
      if (addresses !== undefined) network.release(addresses);
      fs.rmSync(folder.vm(id), { recursive: true, force: true });
      throw error;
    } finally {
      this.#unborn.delete(id);
    }
  }

  async #withVm<T>(group: string, name: string, work: (vm: Vm) => Promise<T>): Promise<T> {
    return this.#lock.run(`${group}/${name}`, async () => {
      this.#parts.groups.get(group);
      const vm = this.rows.find(group, name);
      if (vm === undefined) throw new Refused(404, `group ${group} has no VM ${name}`);
      const ended = vm.state === "running" && (vm.process === undefined || !isAlive(vm.process));
      if (ended) this.rows.setState(vm.id, "stopped");
      return work(ended ? { ...vm, state: "stopped", process: undefined } : vm);
    });
  }

  async #powerOff(vm: Vm): Promise<void> {
    const now = this.rows.find(vm.group, vm.name) ?? vm;
    if (now.process === undefined) await this.#parts.hypervisor.endAll(vm.id);
    else await this.#parts.hypervisor.end(vm.id, now.process);
    await this.#parts.network.detach(vm.id);
    if (now.state !== "created") this.rows.setState(vm.id, "stopped");
  }

  #drives(vm: Vm): Drive[] {
    const removable = this.#parts.options.usbStorage === "usb";
    return vm.drives.map(({ overlay }, index) => ({
      file: path.join(this.#parts.folder.vm(vm.id), overlay),
      format: "qcow2",
      ...(index === 0 ? { boot: true } : { removable }),
    }));
  }
}

/** Empties a console log that grew too large: a guest that writes without end would fill the host's disk. QEMU appends, so it goes on at the beginning. */
function trimLog(file: string): void {
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG) fs.truncateSync(file);
}
