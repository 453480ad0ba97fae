import fs from "node:fs";
import path from "node:path";
import { edit } from "../inner-bazel/workspace.ts";

const SERVICE = "ic-os/guestos/envs/dev/service.bin";
const LOCK = "ic-os/guestos/packages/packages.lock.json";
const OTHER_LOCK = "tests/rootfs-honesty/mmdebstrap/packages.lock.json";

interface Lock {
  packages: { name: string }[];
  sets: Record<string, string[]>;
}

/** Gives the dev image a service binary, so that it can change. */
export function addService(workspace: string): void {
  changeService(workspace, "first");
  edit(workspace, "ic-os/guestos/envs/dev/BUILD.bazel", "services = {},", `services = {":${path.basename(SERVICE)}": "/opt/ic/bin/service:0755"},`);
}

/** Another service binary of the same size. */
export function changeService(workspace: string, seed: string): void {
  fs.writeFileSync(path.join(workspace, SERVICE), `#!/bin/sh\necho ${seed}\n`);
}

/** Another line in a file of the root file system. */
export function changeComponent(workspace: string): void {
  edit(workspace, "ic-os/components/networking/hosts", "127.0.0.1 localhost", "127.0.0.1 localhost changed");
}

/** One package more in the set `dev`, as the lock tool would add it; its entry comes from another lock of this project. */
export function addPackage(workspace: string, name: string): void {
  const other = readLock(workspace, OTHER_LOCK).packages.find((entry) => entry.name === name);
  if (other === undefined) throw new Error(`${OTHER_LOCK} has no package ${name}`);
  const lock = readLock(workspace, LOCK);
  lock.packages = [...lock.packages, other].sort((a, b) => (a.name < b.name ? -1 : 1));
  lock.sets["dev"] = [...(lock.sets["dev"] ?? []), name].sort();
  fs.writeFileSync(path.join(workspace, LOCK), JSON.stringify(lock));
}

function readLock(workspace: string, file: string): Lock {
  return JSON.parse(fs.readFileSync(path.join(workspace, file), "utf8")) as Lock;
}
