import { setTimeout as pause } from "node:timers/promises";
import { ExitCode, Failure } from "../lib/failure.ts";
import { missingZstdEnd } from "../image/archive/zstd-end.ts";
import { runRemote, type RemoteGuest } from "../launch/remote-guest.ts";
import { runningVersion } from "./boot-slots.ts";
import { lookCommand, parseSight, standing, type Sight, type Standing } from "./follow.ts";

/** How to upgrade a guest. The image, where one is sent, is a file of this machine. */
export interface UpgradeOptions {
  guest: RemoteGuest;
  /** The guest's tool for its slots, with its first arguments: `/opt/ic/bin/manageboot guestos`. */
  manageboot: string;
  allowDowngrade?: boolean;
  /** Installs, and leaves it to somebody else to start it. */
  noCommit?: boolean;
  /** For all of it. */
  seconds: number;
  /** Told of each step, and of what changes while one lasts. */
  report?(text: string): void;
}

/** How an upgrade ended. Times in seconds. */
export interface UpgradeResult {
  outcome: "confirmed" | "rolled_back" | "installed";
  from: string;
  /** Version that the guest runs now. */
  runs: string;
  /** Why it was rolled back. */
  reason: string | null;
  seconds: {
    /** Sending, writing and verifying. */
    install: number;
    /** From the commit until a system answered again. */
    restart: number | null;
    /** From the commit until it was confirmed, or known to be rolled back. */
    end: number | null;
  };
}

/** Installs an update image in a running guest, starts it, and follows it until it is confirmed or rolled back. */
export async function upgradeGuest(options: UpgradeOptions & { image: string }): Promise<UpgradeResult> {
  const { report = () => undefined } = options;
  const deadline = performance.now() + options.seconds * 1000;
  const before = await firstLook(options);
  const from = runningVersion(before.slots);
  report(`installing to slot ${before.slots.target}; slot ${before.slots.current} runs ${from}`);
  const install = await timed(() => installImage(options, deadline));
  if (options.noCommit === true) return { outcome: "installed", from, runs: from, reason: null, seconds: { install, restart: null, end: null } };
  report(`installed in ${install} s; committing`);
  const result = await startInstalled({ ...options, seconds: (deadline - performance.now()) / 1000 });
  return { ...result, seconds: { ...result.seconds, install } };
}

/** Starts what is installed in the other slot, and follows it until it is confirmed or rolled back. */
export async function startInstalled(options: UpgradeOptions): Promise<UpgradeResult> {
  const { guest, report = () => undefined } = options;
  const deadline = performance.now() + options.seconds * 1000;
  const before = await firstLook(options);
  const from = runningVersion(before.slots);
  const result = { from, reason: null };
  const committed = performance.now();
  await commit(options);
  let restart: number | null = null;
  const sinceCommit = (): number => rounded(performance.now() - committed);
  let told = "";
  for (;;) {
    const seen = await look(options).catch(expected);
    const now = standing(before, seen);
    if (now.phase !== "restarting") restart ??= sinceCommit();
    if (now.phase === "confirmed" || now.phase === "rolled_back") {
      return { ...result, outcome: now.phase, runs: now.version, reason: now.phase === "rolled_back" ? now.reason : null, seconds: { install: 0, restart, end: sinceCommit() } };
    }
    const text = describe(now);
    if (text !== told) report(text);
    told = text;
    if (performance.now() > deadline) throw new Failure(`${guest.name}: neither confirmed nor rolled back within ${Math.round(options.seconds)} s; last: ${text}`, { exitCode: ExitCode.timeout });
    await pause(1000);
  }
}

async function firstLook(options: UpgradeOptions): Promise<Sight> {
  const sight = await look(options);
  if (sight === undefined) throw new Failure(`${options.guest.name}: does not answer over SSH`, { exitCode: ExitCode.guest });
  return sight;
}

async function look({ guest, manageboot }: UpgradeOptions): Promise<Sight | undefined> {
  const { exitCode, stdout, stderr } = await runRemote(guest, lookCommand(manageboot), { seconds: 60 });
  if (exitCode === undefined) return undefined;
  const sight = parseSight(stdout);
  if (sight === undefined && exitCode !== 0) throw new Failure(`${guest.name}: exit ${exitCode}: ${manageboot} status --json\n${stderr}`, { exitCode: ExitCode.guest });
  return sight;
}

async function installImage({ guest, manageboot, image, allowDowngrade, report }: UpgradeOptions & { image: string }, deadline: number): Promise<void> {
  const short = missingZstdEnd(image);
  if (short !== undefined) throw new Failure(`${image} was not sent: ${short}`, { exitCode: ExitCode.input });
  const seconds = Math.max(1, (deadline - performance.now()) / 1000);
  const lines: string[] = [];
  const line = (text: string): void => {
    lines.push(text);
    report?.(text);
  };
  const { exitCode } = await runRemote(guest, `${manageboot} upgrade-install ${allowDowngrade === true ? "--allow-downgrade " : ""}-`, { seconds, input: { file: image }, line });
  if (exitCode === 0) return;
  // What the guest's tool means by these is what this project means by them.
  const code = exitCode === ExitCode.host || exitCode === ExitCode.input ? exitCode : ExitCode.guest;
  throw new Failure(`${guest.name}: the update image was not installed: ${exitCode === undefined ? "the connection was lost" : `exit ${exitCode}`}\n${lines.slice(-8).join("\n")}`, { exitCode: code });
}

/** The restart may be faster than the answer. */
async function commit({ guest, manageboot }: UpgradeOptions): Promise<void> {
  const { exitCode, stdout, stderr } = await runRemote(guest, `${manageboot} upgrade-commit`, { seconds: 120 });
  if (exitCode === 0 || exitCode === undefined) return;
  throw new Failure(`${guest.name}: exit ${exitCode}: ${manageboot} upgrade-commit\n${stderr || stdout}`, { exitCode: ExitCode.guest });
}

/** A guest that restarts breaks connections, and stays silent on those that it took last. */
function expected(error: unknown): undefined {
  if (error instanceof Failure) return undefined;
  throw error;
}

function describe(now: Standing): string {
  return "detail" in now ? `${now.phase}: ${now.detail}` : now.phase;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return rounded(performance.now() - start);
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
