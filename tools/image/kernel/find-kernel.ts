import { Failure } from "../../lib/failure.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import { contentBytes } from "../tar/content.ts";
import type { TarEntry } from "../tar/entry.ts";

/** The kernel of an image. */
export interface Kernel {
  /** Release as `uname -r` prints it. */
  release: string;
  vmlinuz: Buffer;
  /** Everything below usr/lib/modules/<release>. */
  modules: TarEntry[];
}

/** Finds the one kernel among the packages; none, or several, is a failure that names them. */
export function findKernel(packages: readonly LayerPackage[]): Kernel {
  const found = packages.flatMap(({ name, entries }) => {
    return entries.flatMap((entry) => {
      const release = /^boot\/vmlinuz-(.+)$/.exec(entry.path)?.[1];
      return release === undefined || entry.content === undefined ? [] : [{ name, release, vmlinuz: entry.content }];
    });
  });
  const [kernel] = found;
  if (kernel === undefined)
    throw new Failure("expected one kernel, got none: no package has a file /boot/vmlinuz-*", {
      hint: "add a package such as linux-image-cloud-amd64 to the set",
    });
  if (found.length > 1) {
    throw new Failure(`expected one kernel, got ${found.length}: ${found.map(({ name, release }) => `${release} (${name})`).join(", ")}`, {
      hint: "leave all but one of these packages out",
    });
  }
  const prefix = `usr/lib/modules/${kernel.release}/`;
  const modules = packages.flatMap(({ entries }) => entries.filter((entry) => entry.path.startsWith(prefix) && entry.type === "file"));
  return { release: kernel.release, vmlinuz: contentBytes(kernel.vmlinuz), modules };
}
