import fs from "node:fs";
import path from "node:path";
import { execa, type Options, type ResultPromise } from "execa";
import { scratchFolder } from "../../tools/lib/atomic.ts";
import { runfile } from "../../tools/lib/runfiles.ts";

/** The Bazel version of the checkouts made here. It exists nowhere, so no Bazel of the host can give it. */
export const version = "7.99.1";

/** Everything of the host that tools/bazel and tools/bootstrap may use, as README.md there says. The package tools are always fakes. */
const hostPrograms = [
  ...["awk", "base64", "cat", "chmod", "cksum", "cp", "cut", "df", "du", "find", "flock", "fold", "getent", "grep", "head", "id", "ln", "ls"],
  ...["mkdir", "mv", "readlink", "rm", "sed", "sh", "sha1sum", "sleep", "sort", "tail", "tar", "timeout", "touch", "tr", "true", "uname", "wc"],
];

const packagePrograms = ["apt-get", "apt-cache", "apt-config", "dpkg-deb", "gpgv"];

export interface Checkout {
  /** Holds all of it. */
  readonly folder: string;
  /** Where the private Bazel goes. */
  readonly cache: string;
  /** The copy of tools/bazel. */
  readonly bazel: string;
  /** Puts a shell script on PATH, in place of what had that name. */
  fake(program: string, script: string): string;
  /** Takes a program off PATH. */
  without(program: string): void;
  /** Replaces the step that downloads and unpacks; the arguments are VERSION ROOT PREFIX. */
  builder(script: string): void;
  /** Starts tools/bazel with nothing but the fakes and the host's basic programs on PATH. */
  start(args?: readonly string[], options?: Options): ResultPromise;
  /** A shell that has read the named files of tools/bootstrap. */
  shell(files: readonly string[], script: string, env?: Record<string, string>): ResultPromise<{ encoding: "utf8" }>;
  [Symbol.dispose](): void;
}

/** A checkout with a copy of tools/bazel and tools/bootstrap, an empty cache and a PATH of its own. */
export function makeCheckout(): Checkout {
  const scratch = scratchFolder("bootstrap-test");
  const folder = path.join(scratch.path, "checkout");
  const programs = path.join(scratch.path, "bin");
  const cache = path.join(scratch.path, "cache");
  const bootstrap = path.join(folder, "tools/bootstrap");
  for (const made of [bootstrap, programs]) fs.mkdirSync(made, { recursive: true });
  fs.writeFileSync(path.join(folder, ".bazelversion"), `${version}\n`);
  fs.copyFileSync(runfile("_main/tools/bazel"), path.join(folder, "tools/bazel"));
  const steps = runfile("_main/tools/bootstrap");
  for (const step of fs.readdirSync(steps)) {
    if (step.endsWith(".sh")) fs.copyFileSync(path.join(steps, step), path.join(bootstrap, step));
  }
  for (const program of hostPrograms) fs.symlinkSync(onHost(program), path.join(programs, program));

  const write = (file: string, script: string): string => {
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  };
  const environment = { PATH: programs, ICOS_BAZEL_CACHE: cache, HOME: path.join(scratch.path, "home") };
  const checkout: Checkout = {
    folder,
    cache,
    bazel: path.join(folder, "tools/bazel"),
    fake: (program, script) => write(path.join(programs, program), script),
    without: (program) => fs.rmSync(path.join(programs, program)),
    builder: (script) => void write(path.join(bootstrap, "build-prefix.sh"), script),
    start: (args = [], options = {}) =>
      execa(checkout.bazel, args, { cwd: folder, reject: false, extendEnv: false, ...options, env: { ...environment, ...options.env } }),
    shell: (files, script, env = {}) =>
      execa("/bin/sh", ["-euc", `${files.map((file) => `. "$0/${file}"`).join("\n")}\n${script}`, bootstrap], { extendEnv: false, env: { ...environment, ...env } }),
    [Symbol.dispose]: () => scratch[Symbol.dispose](),
  };
  for (const program of packagePrograms) checkout.fake(program, `echo "${program}: not expected here" >&2; exit 99`);
  return checkout;
}

function onHost(program: string): string {
  const found = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`this machine lacks ${program}`);
  return found;
}

/** A fake Bazel: tells its version, else its name and arguments. */
export function fakeBazel(name: string, itsVersion = version): string {
  return `if [ "$1" = --version ]; then echo "bazel ${itsVersion}"; else echo "${name} $*"; fi`;
}

/** A build step that makes a private Bazel at once. */
export const quickBuilder = `
mkdir -p "$2/bin" "$2/jre/bin"
cat > "$2/bin/bazel" << 'END'
#!/bin/sh
${fakeBazel("private")}
END
printf '#!/bin/sh\\n' > "$2/jre/bin/java"
chmod +x "$2/bin/bazel" "$2/jre/bin/java"`;
