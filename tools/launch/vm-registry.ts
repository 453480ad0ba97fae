import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { identify } from "../vm/process-identity.ts";
import { isRunning, readRecord, recordFile, writeRecord, type VmRecord } from "./vm-record.ts";

/** Folder of everything that outlives a launch. Not XDG_RUNTIME_DIR: that is memory, and a guest's disk may grow to gigabytes. */
export function stateFolder(): string {
  const { XDG_STATE_HOME: state, HOME: home } = process.env;
  if (state) return path.join(state, "rules_icos");
  return home ? path.join(home, ".local/state/rules_icos") : path.join(os.tmpdir(), `rules_icos-${os.userInfo().uid}`);
}

/** Folder with one entry per guest: its state folder, or a link to it when the user chose the place (`--persist`). */
export function registryFolder(): string {
  return path.join(stateFolder(), "vm");
}

/** Every guest with a record, the youngest last. */
export function listVms(registry = registryFolder()): VmRecord[] {
  const finished = entries(registry).filter((entry) => !entry.startsWith("."));
  const found = finished.flatMap((entry) => {
    const vm = readRecord(path.join(registry, entry));
    return vm === undefined ? [] : [{ vm, written: fs.statSync(recordFile(vm.stateDir)).mtimeMs }];
  });
  return found.sort((a, b) => a.written - b.written).map(({ vm }) => vm);
}

/** Enters a guest under the first free name of its family: two launches at once never get the same. Gives the finished record. */
export function registerVm(draft: (vm: string, stateDir: string) => VmRecord, family: string, persistDir: string | undefined, registry = registryFolder()): VmRecord {
  fs.mkdirSync(registry, { recursive: true, mode: 0o700 });
  for (let number = 1; ; number++) {
    const name = `${family}-${number}`;
    const entry = path.join(registry, name);
    if (!claim(entry, name, draft, persistDir)) continue;
    return readRecord(entry)!;
  }
}

/** The entry appears with its record in it, so no other launch takes it for a leftover. */
function claim(entry: string, name: string, draft: (vm: string, stateDir: string) => VmRecord, persistDir: string | undefined): boolean {
  if (fs.existsSync(entry)) return false;
  try {
    if (persistDir !== undefined) {
      writeRecord(draft(name, persistDir));
      fs.symlinkSync(persistDir, entry);
      return true;
    }
    const unclaimed = fs.mkdtempSync(`${path.dirname(entry)}/.${process.pid}-`);
    fs.writeFileSync(recordFile(unclaimed), JSON.stringify(draft(name, entry)), { mode: 0o600 });
    // rename(2) refuses to replace a folder that holds something.
    fs.renameSync(unclaimed, entry);
    return true;
  } catch (error) {
    if (["EEXIST", "ENOTEMPTY", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

/** Removes what a guest leaves: everything but the files of a state folder that the user chose. */
export function forgetVm(vm: VmRecord, registry = registryFolder()): void {
  fs.rmSync(vm.runtimeFolder, { recursive: true, force: true });
  if (vm.persistent) fs.rmSync(recordFile(vm.stateDir), { force: true });
  else fs.rmSync(vm.stateDir, { recursive: true, force: true });
  fs.rmSync(path.join(registry, vm.vm), { recursive: true, force: true });
}

/** Removes the guests that ended without anybody to clean up (a detached one that powered off, a machine that restarted). Gives their names. */
export function removeStale(registry = registryFolder()): string[] {
  const stale: string[] = [];
  for (const entry of entries(registry)) {
    const vm = readRecord(path.join(registry, entry));
    if (vm !== undefined && isRunning(vm)) continue;
    if (vm !== undefined && vm.vm === entry) forgetVm(vm, registry);
    else if (isAbandoned(entry)) fs.rmSync(path.join(registry, entry), { recursive: true, force: true });
    else continue;
    stale.push(entry);
  }
  return stale;
}

/** An entry without a record: a link whose folder is gone, or one that its launcher (named by pid) did not finish. */
function isAbandoned(entry: string): boolean {
  const pid = /^\.(\d+)-/.exec(entry)?.[1];
  return pid === undefined ? !entry.startsWith(".") : identify(Number(pid)) === undefined;
}

function entries(registry: string): string[] {
  return fs.existsSync(registry) ? fs.readdirSync(registry).sort() : [];
}
