import fs from "node:fs";
import path from "node:path";
import { exec, type Output } from "../lib/exec.ts";
import { ExitCode } from "../lib/failure.ts";
import { refusal } from "./refusal.ts";

/** One line of apt's source list. */
export interface Source {
  url: string;
  suite: string;
  components: readonly string[];
}

/** What a private apt reads and how strictly. */
export interface AptOptions {
  /** Folder of the private state; its owner removes it. */
  folder: string;
  architecture: string;
  sources: readonly Source[];
  keyring: string;
  assumeInstalled: readonly string[];
  allowUnsigned: boolean;
  allowExpired: boolean;
  /** Settings of the host that say how to reach a mirror, in apt.conf syntax. */
  hostSettings: string;
  /** Folder of apt-get, apt-cache; "" finds them in PATH. */
  programs: string;
}

/** An apt with own sources, lists and an empty dpkg status: nothing of the host's packages or settings shows through. */
export class PrivateApt {
  readonly #options: AptOptions;
  readonly #config: string;

  constructor(options: AptOptions) {
    this.#options = options;
    const { folder } = options;
    fs.mkdirSync(path.join(folder, "state/lists/partial"), { recursive: true });
    fs.mkdirSync(path.join(folder, "cache/archives/partial"), { recursive: true });
    fs.writeFileSync(path.join(folder, "status"), options.assumeInstalled.map((name) => assumedStanza(name, options.architecture)).join("\n"));
    fs.writeFileSync(path.join(folder, "sources.list"), options.sources.map((source) => sourceLine(source, options)).join(""));
    this.#config = path.join(folder, "apt.conf");
    fs.writeFileSync(this.#config, aptConfiguration(options));
  }

  /** Reads the signed indexes. Fails when a source cannot be reached, is not signed by the keyring, or has expired. */
  async update(): Promise<void> {
    try {
      // Without --error-on apt goes on with the sources that it could read.
      await this.run("apt-get", ["update", "--error-on=any"], ExitCode.host);
    } catch (error) {
      throw refusal(error, this.#options);
    }
  }

  /** Runs a program of apt on the private state and gives what it printed on stdout. */
  async run(program: "apt-get" | "apt-cache", args: readonly string[], exitCode: number = ExitCode.input): Promise<string> {
    const output = await exec(path.join(this.#options.programs, program), args, { env: { APT_CONFIG: this.#config, LC_ALL: "C" }, exitCode });
    return output.stdout;
  }
}

/** The URLs that the host's own apt uses, and its settings for http; empty on a machine without apt. */
export async function hostApt(): Promise<{ sites: string[]; settings: string }> {
  const quiet = async (program: string, args: readonly string[]): Promise<Output> => {
    try {
      return await exec(program, args);
    } catch {
      return { stdout: "", stderr: "" };
    }
  };
  const [targets, settings] = await Promise.all([
    quiet("apt-get", ["indextargets", "--format", "$(SITE)", "Created-By: Packages"]),
    quiet("apt-config", ["dump", "--no-empty", "--format", '%F "%v";%n', "Acquire::http", "Acquire::https"]),
  ]);
  return { sites: [...new Set(targets.stdout.split("\n").filter((line) => line !== ""))], settings: settings.stdout };
}

function sourceLine(source: Source, options: AptOptions): string {
  // trusted=yes skips the signature; nothing else does so without the user's word.
  const trust = options.allowUnsigned ? "trusted=yes" : `signed-by=${options.keyring}`;
  return `deb [arch=${options.architecture} ${trust}] ${source.url} ${source.suite} ${source.components.join(" ")}\n`;
}

function assumedStanza(name: string, architecture: string): string {
  // A version that satisfies every lower bound; Multi-Arch because of dependencies such as python3:any.
  return `Package: ${name}\nStatus: install ok installed\nVersion: 9999:0\nArchitecture: ${architecture}\nMulti-Arch: allowed\nMaintainer: none\nDescription: assumed present\n`;
}

function aptConfiguration(options: AptOptions): string {
  const at = (name: string): string => JSON.stringify(path.join(options.folder, name));
  return `${options.hostSettings}
// Read first; these two keep the host's /etc/apt/apt.conf* from being read after it.
Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist ${at("sources.list")}; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::State ${at("state")}; Dir::State::status ${at("status")}; Dir::Cache ${at("cache")}; Dir::Log ${at("log")};
APT::Architecture "${options.architecture}"; APT::Architectures { "${options.architecture}"; };
APT::Install-Recommends "0"; APT::Install-Suggests "0"; APT::Sandbox::User "root";
// A mirror on this machine is never behind the proxy.
Acquire::http::Proxy::127.0.0.1 "DIRECT"; Acquire::http::Proxy::localhost "DIRECT";
Acquire::Languages "none"; Acquire::Retries "3";
Acquire::Check-Valid-Until "${options.allowExpired ? "false" : "true"}";
`;
}
