/** Reads the loader's trace (LD_DEBUG=files, see ld.so(8)): which files each program loaded, by program. Shells are left out: a wrapper's is the host's. */
export function loadedFiles(trace: string): Map<string, Set<string>> {
  const programs = new Map<string, Set<string>>();
  const running = new Map<string, string>();
  const starting = new Map<string, string[]>();
  const add = (program: string, files: readonly string[]): void => void programs.set(program, new Set([...(programs.get(program) ?? []), ...files]));
  for (const [, pid = "", what, subject = ""] of trace.matchAll(/^ *(\d+):\t(calling init|transferring control): (.+)$/gm)) {
    const current = running.get(pid);
    if (what === "transferring control") {
      running.set(pid, subject);
      if (!isShell(subject)) add(subject, starting.get(pid) ?? []);
      starting.delete(pid);
    } else if (current !== undefined && !isShell(current)) {
      add(current, [subject]);
    } else {
      starting.set(pid, [...(starting.get(pid) ?? []), subject]);
    }
  }
  return programs;
}

function isShell(program: string): boolean {
  return /(^|\/)(sh|dash|bash)$/.test(program);
}
