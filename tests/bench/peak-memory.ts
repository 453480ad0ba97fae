import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Most memory that a process and those it started held at once, in bytes: looked at every few milliseconds, so short peaks can be missed. */
export async function peakMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let running = true;
  void ended.then(() => (running = false));
  let peak = 0;
  while (running) {
    peak = Math.max(peak, tree(pid).reduce((sum, one) => sum + residentBytes(one), 0));
    await pause(5);
  }
  return peak;
}

/** A process and all below it. proc_pid_task_children(5) */
function tree(pid: number): number[] {
  try {
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    return [pid, ...children.flatMap(tree)];
  } catch {
    return [];
  }
}

function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
