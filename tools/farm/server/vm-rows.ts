import type { ProcessIdentity } from "../../vm/process-identity.ts";
import type { CreateVm, VmCreated, VmState } from "../wire/vm.ts";
import type { Database } from "./database.ts";

/** A disk of a VM: an overlay in the VM's folder over a file or image that the group claims. */
export interface VmDrive {
  /** Name in the VM's folder. */
  overlay: string;
  sha256: string;
  /** Whether it is the disk inside an archive of that sum. */
  unpacked: boolean;
}

/** A VM as the server knows it. The first drive is the one it boots from, the others are removable. */
export interface Vm {
  id: string;
  group: string;
  name: string;
  request: CreateVm;
  answer: VmCreated;
  drives: VmDrive[];
  state: "created" | "starting" | "running" | "stopped";
  /** Of a running one. */
  process: ProcessIdentity | undefined;
}

interface Row {
  id: string;
  group_name: string;
  name: string;
  request: string;
  answer: string;
  drives: string;
  state: Vm["state"];
  pid: number | null;
  start_time: string | null;
}

/** The VMs in the database. */
export class VmRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  find(group: string, name: string): Vm | undefined {
    const row = this.#db.get<Row>("select * from vms where group_name = ? and name = ?", group, name);
    return row === undefined ? undefined : fromRow(row);
  }

  byId(id: string): Vm | undefined {
    const row = this.#db.get<Row>("select * from vms where id = ?", id);
    return row === undefined ? undefined : fromRow(row);
  }

  ofGroup(group: string): Vm[] {
    return this.#db.all<Row>("select * from vms where group_name = ? order by name", group).map(fromRow);
  }

  all(): Vm[] {
    return this.#db.all<Row>("select * from vms order by group_name, name").map(fromRow);
  }

  insert(vm: Pick<Vm, "id" | "group" | "name" | "request" | "answer" | "drives">): void {
    const { id, group, name, request, answer, drives } = vm;
    const columns = "id, group_name, name, created_at, request, answer, drives, vcpus, memory_mib, state";
    const { vCPUs, memoryKiB } = answer.spec;
    const values = [id, group, name, Date.now(), JSON.stringify(request), JSON.stringify(answer), JSON.stringify(drives), vCPUs, Math.ceil(memoryKiB / 1024)];
    this.#db.run(`insert into vms (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'created')`, ...values);
  }

  setState(id: string, state: Vm["state"], process?: ProcessIdentity): void {
    this.#db.run("update vms set state = ?, pid = ?, start_time = ? where id = ?", state, process?.pid ?? null, process?.startTime ?? null, id);
  }

  setDrives(id: string, drives: readonly VmDrive[]): void {
    this.#db.run("update vms set drives = ? where id = ?", JSON.stringify(drives), id);
  }

  remove(id: string): void {
    this.#db.run("delete from vms where id = ?", id);
  }

  /** What is granted, in one group or in all. */
  granted(group?: string): { vms: number; vCPUs: number; memoryMiB: number } {
    const sums = "select count(*) as vms, coalesce(sum(vcpus), 0) as vCPUs, coalesce(sum(memory_mib), 0) as memoryMiB from vms";
    return group === undefined ? this.#db.get(sums)! : this.#db.get(`${sums} where group_name = ?`, group)!;
  }
}

/** A VM as clients are shown it. */
export function vmState(vm: Vm): VmState {
  return { ...vm.answer, name: vm.name, state: vm.state === "starting" ? "running" : vm.state };
}

function fromRow(row: Row): Vm {
  const { id, group_name: group, name, state, pid, start_time: startTime } = row;
  const process = pid === null || startTime === null ? undefined : { pid, startTime };
  return { id, group, name, state, process, request: JSON.parse(row.request), answer: JSON.parse(row.answer), drives: JSON.parse(row.drives) };
}
