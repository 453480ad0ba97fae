import fs from "node:fs";
import type { Sample } from "./scenario.ts";

/** Ticks of /proc/PID/stat in a second, sysconf(_SC_CLK_TCK): 100 on every Linux that Bazel runs on. */
const TICKS = 100;

/** Times some work: wall-clock seconds, and cpu seconds of programs that this process and `servers` (process ids) waited for, and of the servers. */
export async function timed(work: () => Promise<unknown>, servers: () => readonly number[] = () => []): Promise<Required<Sample>> {
  const cpu = (): number => {
    const own = processTimes(process.pid);
    return servers().reduce((sum, pid) => sum + processTimes(pid).self + processTimes(pid).children, own.children);
  };
  const cpuBefore = cpu();
  const started = process.hrtime.bigint();
  await work();
  const value = Number(process.hrtime.bigint() - started) / 1e9;
  return { value, cpu: cpu() - cpuBefore };
}

/** Cpu seconds of a process and of its ended children: proc_pid_stat(5), fields 14 to 17. */
function processTimes(pid: number): { self: number; children: number } {
  // The second field, the program's name, may have spaces; nothing after its closing bracket does.
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { self: (user + system) / TICKS, children: (childUser + childSystem) / TICKS };
}
