import { execa } from "execa";
import { pasteable } from "../lib/pasteable.ts";
import { ExitCode, Failure } from "../lib/failure.ts";

/** Commands to the libvirt of one host, through its own client: that knows every transport and the user's configuration for it. */
export class Virsh {
  readonly #program: readonly string[];
  readonly #uri: string;

  /** `program`: virsh, with words before it if need be. */
  constructor(program: readonly string[], uri: string) {
    this.#program = program;
    this.#uri = uri;
  }

  /** Runs a command and gives what it printed. */
  async run(args: readonly string[], options: { seconds?: number } = {}): Promise<string> {
    const [program = "virsh", ...before] = this.#program;
    const words = [...before, "--connect", this.#uri, ...args];
    const result = await execa(program, words, { reject: false, stdin: "ignore", timeout: (options.seconds ?? 60) * 1000, env: { LC_ALL: "C" } });
    if (!result.failed) return result.stdout;
    if (result.code === "ENOENT") throw new Failure(`${program}: no such program`, { exitCode: ExitCode.host, hint: "install libvirt-clients, or name it by --virsh" });
    if (result.timedOut) throw new Failure(`${this.#uri}: no answer within ${options.seconds ?? 60} s: ${pasteable(program, words)}`, { exitCode: ExitCode.timeout });
    const said = (result.stderr || result.shortMessage || "").trim().replace(/^error: /gm, "");
    throw new Failure(`${said}\n    ${pasteable(program, words)}`, { exitCode: ExitCode.host });
  }

  /** True when a command succeeds. */
  async succeeds(args: readonly string[]): Promise<boolean> {
    return this.run(args).then(
      () => true,
      () => false,
    );
  }

  /** The lines of a command's output that are not empty. */
  async lines(args: readonly string[]): Promise<string[]> {
    return (await this.run(args)).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  }

  /** The `Name: value` lines of a command's output. */
  async fields(args: readonly string[]): Promise<Map<string, string>> {
    return new Map((await this.lines(args)).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  }
}
