import fs from "node:fs";
import path from "node:path";
import { exec } from "../../../tools/lib/exec.ts";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { log } from "../../../tools/lib/log.ts";
import { makeMirror } from "./mirror.ts";
import { CHANGED_FILE, writeProject } from "./project.ts";
import { makeToolsRoot, MOUNT_POINTS } from "./tools-root.ts";

/** What the peer is made of: all paths of this machine. */
export interface PeerInputs {
  /** Packages of mkosi and of what it runs. */
  tools: readonly string[];
  /** Packages that it may install. */
  packages: readonly string[];
  /** packages.json of the image that it shall build. */
  definition: string;
  /** Set of that definition. */
  set: string;
  dpkgDeb: string;
  tar: string;
}

/** A package definition, as far as it matters here. */
interface Definition {
  assumeInstalled?: string[];
  sets: Record<string, { extends?: string; packages: string[] }>;
}

/** mkosi in a root file system of its own, which builds the image that we build. */
export class Peer {
  /** The disk it makes. */
  readonly image: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.image = path.join(folder, "work/out/image.raw");
  }

  /** Unpacks mkosi, makes its mirror and its project in `folder`. mkosi must give files to many users: only root can, without a setuid helper. */
  static async prepare(folder: string, inputs: PeerInputs): Promise<Peer> {
    if (process.getuid?.() !== 0) {
      throw new Failure("mkosi in a private root file system needs root", { exitCode: ExitCode.host, hint: "bazel run //tests/bench -- --no-peer" });
    }
    log("preparing mkosi");
    fs.mkdirSync(folder, { recursive: true });
    await makeToolsRoot(path.join(folder, "root"), inputs.tools, inputs);
    const definition = JSON.parse(fs.readFileSync(inputs.definition, "utf8")) as Definition;
    await makeMirror(path.join(folder, "mirror"), inputs.packages, definition.assumeInstalled ?? [], inputs.dpkgDeb);
    fs.rmSync(path.join(folder, "project"), { recursive: true, force: true });
    writeProject(path.join(folder, "project"), requested(definition, inputs.set));
    for (const kept of ["out", "packages", "tmp", "cache"]) fs.mkdirSync(path.join(folder, "work", kept), { recursive: true });
    const peer = new Peer(folder);
    // Reads the package lists, which later runs take from its cache.
    await peer.run(["-ff", "--cache-only=never", "build"]);
    return peer;
  }

  /** Its version, for the report. */
  async version(): Promise<string> {
    return (await this.run(["--version"])).trim();
  }

  /** Everything anew, packages cached. */
  async full(): Promise<void> {
    await this.run(["-ff", "build"]);
  }

  /** Fills the cache of installed trees, which makes its incremental builds fast. */
  async prepareIncremental(): Promise<void> {
    await this.run(["-ff", "--incremental=yes", "build"]);
  }

  /** After one changed file, in the fastest way it has. */
  async changed(content: string): Promise<void> {
    fs.writeFileSync(path.join(this.#folder, "project", CHANGED_FILE), `${content}\n`);
    await this.run(["-f", "--incremental=yes", "build"]);
  }

  /** With nothing to do. */
  async noop(): Promise<void> {
    await this.run(["--incremental=yes", "build"]);
  }

  async run(args: readonly string[]): Promise<string> {
    const root = path.join(this.#folder, "root");
    const libraries = path.join(root, "usr/lib/x86_64-linux-gnu");
    const mounts = Object.entries(MOUNT_POINTS).flatMap(([name, target]) => ["--bind", path.join(this.#folder, name), target]);
    // bwrap itself runs on the tools' own loader.
    const { stdout } = await exec(path.join(libraries, "ld-linux-x86-64.so.2"), [
      ...["--library-path", libraries, path.join(root, "usr/bin/bwrap")],
      ...["--unshare-net", "--die-with-parent", "--bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--bind", "/sys", "/sys", "--tmpfs", "/tmp"],
      ...mounts,
      ...["--chdir", MOUNT_POINTS.project, "--clearenv", "--setenv", "PATH", "/usr/sbin:/usr/bin", "--setenv", "HOME", "/root", "--setenv", "LC_ALL", "C.UTF-8"],
      ...["--", "mkosi", ...args],
    ], { stdin: "ignore" });
    return stdout;
  }
}

/** Packages that a set asks for by name; those that it forbids (`name-`) are left out. */
function requested(definition: Definition, set: string): string[] {
  const { extends: base, packages } = definition.sets[set] ?? { packages: [] };
  return [...(base === undefined ? [] : requested(definition, base)), ...packages.filter((name) => !name.endsWith("-"))];
}
