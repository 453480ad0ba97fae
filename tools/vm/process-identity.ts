import fs from "node:fs";

/** One process for good: a pid alone is given to another process later. */
export interface ProcessIdentity {
  pid: number;
  /** Start of the process in clock ticks since boot: field 22 of /proc/PID/stat, see proc_pid_stat(5). */
  startTime: string;
}

/** The identity of a running process, undefined when there is none (or only its zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  return { pid, startTime };
}

/** True while this very process runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Sends a signal to this very process; false when it is gone already. */
export function signalProcess(target: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, signal);
  } catch {
    return false;
  }
}
