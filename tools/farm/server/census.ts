import fs from "node:fs";
import path from "node:path";
import { identify, type ProcessIdentity } from "../../vm/process-identity.ts";

/**
 * Every QEMU of this farm by its VM's id, whoever started it and whatever became of that one: the socket of its machine protocol lies in our folder
 * of sockets and stands on its command line. A process that the database knows nothing of is found this way.
 */
export function census(sockets: string): Map<string, ProcessIdentity[]> {
  const found = new Map<string, ProcessIdentity[]>();
  for (const entry of fs.readdirSync("/proc")) {
    const id = /^\d+$/.test(entry) ? vmOf(Number(entry), sockets) : undefined;
    const identity = id === undefined ? undefined : identify(Number(entry));
    if (id !== undefined && identity !== undefined) found.set(id, [...(found.get(id) ?? []), identity]);
  }
  return found;
}

/** The VM whose QEMU a process is. */
function vmOf(pid: number, sockets: string): string | undefined {
  let line: string;
  try {
    line = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return undefined;
  }
  if (!line.includes(sockets)) return undefined;
  const words = line.split("\0");
  const qmp = words[words.indexOf("-qmp") + 1] ?? "";
  const [address] = qmp.split(",");
  const file = address?.startsWith("unix:") ? address.slice("unix:".length) : "";
  return path.dirname(path.dirname(file)) === sockets && words.includes("-qmp") ? path.basename(path.dirname(file)) : undefined;
}
