import { ExitCode, Failure } from "../lib/failure.ts";
import { BannerWatch } from "./banner-watch.ts";
import type { ConsoleLog } from "./console-log.ts";
import type { CommandOptions, CommandResult, GuestShell } from "./guest-shell.ts";
import type { UnitFacts } from "./notify/unit-facts.ts";
import { unitState } from "./unit-state.ts";
import { waitFor, type WaitOptions } from "./wait-for.ts";

/** Prints the kernel's name for the running boot: random(4). */
const BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

/** What can be done with a guest once it runs, wherever it runs: commands and files over SSH, waits for facts. */
export abstract class Guest {
  readonly name: string;
  /** What the guest wrote on its serial console since it started. */
  readonly console: ConsoleLog;

  constructor(name: string, console: ConsoleLog) {
    this.name = name;
    this.console = console;
  }

  /** The way into the guest. Throws when the guest does not run. */
  protected abstract get shell(): GuestShell;
  /** Port on 127.0.0.1 that leads to a port of the guest. */
  abstract hostPort(guestPort: number): number;
  /** What the guest has said of its own accord about its units; empty for an image that says nothing. */
  abstract get units(): UnitFacts;
  /** Throws when the guest is gone: no wait can end well then. */
  protected abstract assertRuns(): void;
  /** Where and how the guest runs, for messages. */
  protected abstract describe(): string;

  /** What finds out when the guest's SSH server speaks. */
  protected sshServer(): BannerWatch {
    return new BannerWatch(this.hostPort(22));
  }

  /** Runs a command line in the guest's shell and gives how it ended. */
  async exec(command: string, options?: CommandOptions): Promise<CommandResult> {
    return this.shell.exec(command, options);
  }

  /** Runs a command that must exit with 0 and gives what it printed, without the last line end. */
  async succeed(command: string, options?: CommandOptions): Promise<string> {
    const result = await this.exec(command, options);
    if (result.exitCode === 0) return result.stdout;
    throw new Failure(`${this.name}: exit ${result.exitCode}: ${command}\n${result.stdout}${result.stderr}`, { exitCode: ExitCode.guest });
  }

  /** Runs a command that must fail and gives how. */
  async fail(command: string, options?: CommandOptions): Promise<CommandResult> {
    const result = await this.exec(command, options);
    if (result.exitCode !== 0) return result;
    throw new Failure(`${this.name}: exit 0, expected a failure: ${command}\n${result.stdout}`, { exitCode: ExitCode.guest });
  }

  /** Copies a file or folder into the guest. */
  async copyTo(local: string, remote: string): Promise<void> {
    await this.shell.copyTo(local, remote);
  }

  /** Copies a file or folder out of the guest. */
  async copyFrom(remote: string, local: string): Promise<void> {
    await this.shell.copyFrom(remote, local);
  }

  /** The journal of this boot. */
  async journal(seconds = 60): Promise<string> {
    return this.succeed("journalctl -b --no-pager -o short-precise", { seconds });
  }

  /** Everything on the console since the start, as plain text. */
  consoleLog(): string {
    return this.console.text();
  }

  /** The kernel's name for this boot: another one after each start. */
  async bootId(): Promise<string> {
    return this.succeed(BOOT_ID);
  }

  /** Waits until `fact` gives a value. A guest that is gone ends the wait at once, and so does a fact that throws. */
  async waitForFact<T>(what: string, fact: () => T | undefined | Promise<T | undefined>, options: WaitOptions): Promise<T> {
    const look = (): T | undefined | Promise<T | undefined> => {
      this.assertRuns();
      return fact();
    };
    const lastSeen = (): string => [options.lastSeen?.() ?? "", this.console.describe()].filter((part) => part !== "").join("; ");
    return waitFor(`${this.name}: ${what}`, look, { ...options, lastSeen });
  }

  /** Waits until the console's text since the start matches. */
  async waitForConsole(pattern: RegExp, seconds: number): Promise<RegExpMatchArray> {
    return this.console.waitFor(pattern, seconds, () => this.assertRuns());
  }

  /** Waits until a login over SSH works. */
  async waitForSsh(seconds: number): Promise<void> {
    const server = this.sshServer();
    let seen = "no SSH banner";
    const look = async (): Promise<true | undefined> => {
      this.assertRuns();
      if (!server.hasSpoken()) return undefined;
      const refused = await this.exec("true", { seconds: Math.min(seconds, 60) }).then(() => undefined, expected);
      seen = refused ?? seen;
      return refused === undefined ? true : undefined;
    };
    const lastSeen = (): string => `${seen}; ${this.console.describe()}. ${this.describe()}`;
    await waitFor(`${this.name}: SSH login on port ${this.hostPort(22)}`, look, { seconds, everyMs: 200, lastSeen });
  }

  /** Restarts the guest by its own means and waits until another boot answers. */
  async reboot(seconds: number): Promise<void> {
    const before = await this.bootId();
    await this.exec("systemctl --no-block reboot");
    await this.waitForNextBoot(before, seconds);
  }

  /** Waits until a boot other than `before` (of `bootId`) answers over SSH. */
  async waitForNextBoot(before: string, seconds: number): Promise<void> {
    await this.shell.disconnect();
    this.console.startHere();
    const server = this.sshServer();
    const look = async (): Promise<true | undefined> => {
      this.assertRuns();
      if (!server.hasSpoken()) return undefined;
      // The old boot may still answer, and be gone before it has answered in full: its connection then stays silent for ever.
      const now = await this.succeed(BOOT_ID, { seconds: 30 }).catch(expected);
      if (now !== before && /^[0-9a-f-]{36}$/.test(now)) return true;
      await this.shell.disconnect();
      return undefined;
    };
    await waitFor(`${this.name}: a new boot answers over SSH`, look, { seconds, everyMs: 200, lastSeen: () => this.console.describe() });
  }

  /**
   * Waits until a systemd unit is active. A failed unit ends the wait at once, with its journal.
   * A guest that speaks over its notify port is not asked: no SSH is needed then, and a unit counts from its start on, before logins work.
   */
  async waitForUnit(unit: string, seconds: number): Promise<void> {
    let seen = "never asked";
    const server = this.sshServer();
    const look = async (): Promise<true | undefined> => {
      this.assertRuns();
      const state = await this.#unitState(unit, server);
      seen = `last state: ${state}`;
      if (state.startsWith("active")) return true;
      if (!state.startsWith("failed")) return undefined;
      const journal = await this.exec(`journalctl -b -n 20 --no-pager -u '${unit}'`).catch(expected);
      throw new Failure(`${this.name}: unit ${unit}: ${state}\n${typeof journal === "string" ? journal : journal.stdout}`, { exitCode: ExitCode.guest });
    };
    const lastSeen = (): string => `${seen}; ${this.console.describe()}`;
    await waitFor(`${this.name}: unit ${unit} is active`, look, { seconds, everyMs: 250, lastSeen }).finally(() => server.close());
  }

  /**
   * Takes the guest's word for a unit that is active, and for one that it has not named while it still starts. About the others it is asked:
   * one that failed may be about to be tried again, and one that was never named may not exist.
   */
  async #unitState(unit: string, server: BannerWatch): Promise<string> {
    const said = this.units.unit(unit);
    if (said?.state === "active") return "active";
    if (said === undefined && this.units.bootId !== undefined && this.units.startupFinished === undefined) return "not started yet";
    if (!server.hasSpoken()) return `unknown (no answer yet${said === undefined ? "" : `; said to be ${said.state}`})`;
    return unitState(this, unit).catch((error: unknown) => `unknown (${expected(error)})`);
  }

  /** Waits until the guest has said that its start-up is finished, whether every unit succeeded or not. Needs an image with the notify port's unit. */
  async waitForStartup(seconds: number): Promise<void> {
    const look = (): true | undefined => (this.units.startupFinished === undefined ? undefined : true);
    const lastSeen = (): string => (this.units.bootId === undefined ? "nothing was said over the notify port" : `boot ${this.units.bootId} is starting`);
    await this.waitForFact("start-up finished", look, { seconds, everyMs: 100, lastSeen });
  }

  /** Waits until something in the guest listens on a TCP port. */
  async waitForPort(port: number, seconds: number): Promise<void> {
    // Columns of proc_net_tcp: sl, local address:port in hex, remote, state; 0A is LISTEN.
    const listener = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} \\S+ 0A `);
    const look = async (): Promise<true | undefined> => (listener.test((await this.exec("cat /proc/net/tcp /proc/net/tcp6")).stdout) ? true : undefined);
    await waitFor(`${this.name}: a listener on port ${port}`, look, { seconds, everyMs: 250, lastSeen: () => this.console.describe() });
  }
}

/** The message of an expected failure; anything else is a bug and goes on. */
function expected(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}
