import fs from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { contentBytes } from "../../tools/image/tar/content.ts";
import { readTarFile } from "../../tools/image/tar/read.ts";

/** How a script ended. */
export interface ScriptResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The image's own programs, on this machine: scripts of the image run as they do there, with nothing of the host. */
export interface ImageShell {
  run(script: string, args: readonly string[]): Promise<ScriptResult>;
}

const LIBRARIES = "usr/lib/x86_64-linux-gnu/";
const loader = "ld-linux-x86-64.so.2";

/** Takes busybox, which brings the shell and the usual commands, and jq with its libraries out of a root file system. */
export function imageShell(rootfsTar: string, folder: string): ImageShell {
  const wanted = new Map([
    ["usr/bin/busybox", "busybox"],
    ["usr/bin/jq", "jq.real"],
    ...[loader, "libc.so.6", "libm.so.6", "libjq.so.1", "libonig.so.5"].map((name) => [LIBRARIES + name, name] as const),
  ]);
  const entries = new Map([...readTarFile(rootfsTar)].map((entry) => [entry.path, entry]));
  for (const [from, to] of wanted) {
    let entry = entries.get(from);
    while (entry?.type === "symlink") entry = entries.get(path.posix.join(path.posix.dirname(entry.path), entry.link));
    if (entry?.content === undefined) throw new Error(`${rootfsTar} has no file ${from}`);
    fs.writeFileSync(path.join(folder, to), contentBytes(entry.content), { mode: 0o755 });
  }
  for (const applet of ["sh", "chmod", "mkdir", "rm", "mv", "cat", "cut", "tr", "grep", "sha256sum"]) fs.symlinkSync("busybox", path.join(folder, applet));
  const quoted = (name: string): string => `'${path.join(folder, name)}'`;
  fs.writeFileSync(path.join(folder, "jq"), `#!${path.join(folder, "sh")}\nexec ${quoted(loader)} --library-path '${folder}' ${quoted("jq.real")} "$@"\n`, { mode: 0o755 });
  return {
    run: async (script, args) => {
      const result = await execa(path.join(folder, "sh"), [script, ...args], { env: { PATH: folder }, extendEnv: false, reject: false });
      return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
    },
  };
}
