import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { readVmTools } from "../../../tools/vm/vm-tools.ts";

/** How a program ended, and what it said. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program that runs. */
export interface Started {
  ended: Promise<Ended>;
  /** What it has said so far on stderr. */
  said(): string;
  /** What it has printed so far on stdout. */
  printed(): string;
  kill(signal: NodeJS.Signals): void;
}

/** A user with a home of their own, who runs the commands about a farm as `bazel run` would. */
export class Launcher {
  readonly home: string;
  readonly #env: Record<string, string>;
  readonly #started: Started[] = [];
  #description = "";

  constructor(env: Record<string, string>) {
    this.home = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "home-"));
    this.#env = { PATH: process.env["PATH"] ?? "", HOME: this.home, BUILD_WORKING_DIRECTORY: this.home, ...env };
  }

  /** Writes the description of a target whose image is a few bytes, and whose ssh logs in to nothing: `ssh` is a script. */
  describe(ssh: string, archive: string): void {
    const { mkfsVfat, mtools, sshKeygen } = readVmTools(process.env["TOOLS"]!);
    fs.writeFileSync(path.join(this.home, "ssh"), ssh, { mode: 0o755 });
    fs.writeFileSync(path.join(this.home, "disk-img.tar.zst"), archive);
    const description = {
      ...{ name: "guestos-demo", label: "//demo:launch", siblings: { list: "//demo:list", extend: "//demo:extend", delete: "//demo:delete" } },
      ...{ image: { label: "//demo:image", archive: path.join(this.home, "disk-img.tar.zst") }, user: "root", memoryMiB: 4096, cpus: 2, farm: "", artifactStore: "" },
      tools: { ssh: path.join(this.home, "ssh"), scp: "/nonexistent", sshKeygen, mkfsVfat, mtools },
    };
    this.#description = path.join(this.home, "target.remote.json");
    fs.writeFileSync(this.#description, JSON.stringify(description));
  }

  /** Starts one of the programs: LAUNCH, LIST, EXTEND or DELETE. */
  start(name: string, ...args: string[]): Started {
    const target = this.#description === "" ? [] : ["--target", this.#description];
    const child = spawn(runfile(process.env[name]!), [...target, ...args], { env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => (stdout += String(data)));
    child.stderr.on("data", (data) => (stderr += String(data)));
    const ended = new Promise<Ended>((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
    const started = { ended, said: () => stderr, printed: () => stdout, kill: (signal: NodeJS.Signals) => void child.kill(signal) };
    this.#started.push(started);
    return started;
  }

  /** Runs one of the programs to its end. */
  async run(name: string, ...args: string[]): Promise<Ended> {
    return this.start(name, ...args).ended;
  }

  /** Groups that are written down here. */
  get groups(): string[] {
    const folder = path.join(this.home, ".local/state/rules_icos/farm-groups");
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  }

  /** Ends what still runs and removes the home. */
  async remove(): Promise<void> {
    for (const one of this.#started) {
      one.kill("SIGKILL");
      await one.ended;
    }
    fs.rmSync(this.home, { recursive: true });
  }
}
