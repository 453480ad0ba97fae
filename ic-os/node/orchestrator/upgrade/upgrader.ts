import fs from "node:fs/promises";
import type { Log } from "../../lib/log.ts";
import { backOff, type BackOffPolicy } from "../back-off.ts";
import type { BootManager, BootStatus } from "./boot-manager.ts";
import { download, removeOthers } from "./download.ts";
import { rotated } from "./rotation.ts";
import { readRecord, writeRecord, type UpgradeRecord } from "./upgrade-record.ts";
import type { WantedUpgrade } from "./wanted-upgrade.ts";

/**
 * What the upgrade loop does. `current`: the wanted version runs; `on_trial`: it runs and is not confirmed yet; `prepared`: installed, not to be
 * started yet; `restarting`: committed; `given_up`: it was rolled back here once and is not tried again until the registry names another image.
 */
export const upgradeStates = ["current", "on_trial", "downloading", "installing", "prepared", "committing", "restarting", "failed", "given_up"] as const;

/** A state of the upgrade loop. */
export type UpgradeState = (typeof upgradeStates)[number];

/** What the upgrade loop says of itself. */
export interface UpgradeStatus {
  state: UpgradeState;
  /** Version that the registry wants; null when it names none. */
  wanted: string | null;
  /** Version that is installed beside the running one. */
  prepared: string | null;
  boot: BootStatus | null;
  download: { bytes: number; total: number | null } | null;
  /** Why the last try failed; null once one succeeds. */
  problem: string | null;
  /** Failed tries by step, since the orchestrator started. */
  failures: Readonly<Record<string, number>>;
  nextTryMilliseconds: number | null;
  last: UpgradeRecord["ended"];
}

/** Brings the node to the version that the registry wants. */
export interface Upgrader {
  want(upgrade: WantedUpgrade | null): void;
  status(): UpgradeStatus;
  stop(): Promise<void>;
}

/** 5, 10, 20 ... s, and each 10 minutes from the eighth failure on. */
export const upgradeBackOff: BackOffPolicy = { firstMilliseconds: 5000, maxMilliseconds: 600_000, crashLoopExits: 8, crashLoopMilliseconds: 600_000, quickMilliseconds: 0 };

/** What an upgrader works with. */
export interface UpgraderOptions {
  /** Version of the image that runs. */
  running: string;
  /** Makes nodes begin with different servers. */
  nodeId: string;
  /** Folder of downloads and of the record; made when it is not there. */
  folder: string;
  boot: BootManager;
  policy: BackOffPolicy;
  /** How often a trial is looked after. */
  trialMilliseconds: number;
  log: Log;
  reserve?: number;
  now?: () => number;
  random?: () => number;
}

/** Starts the upgrade loop. It does one thing at a time, and begins anew whenever `want` tells it something else. */
export function startUpgrader(options: UpgraderOptions): Upgrader {
  const { running, folder, boot, policy, log, now = Date.now, random = Math.random } = options;
  let wanted: WantedUpgrade | null = null;
  let record: UpgradeRecord = { prepared: null, started: null, ended: null };
  let state: UpgradeState = "current";
  let bootStatus: BootStatus | null = null;
  let loading: UpgradeStatus["download"] = null;
  let problem: string | null = null;
  const failures: Record<string, number> = { status: 0, download: 0, install: 0, commit: 0 };
  let failed = 0;
  let nextAt: number | undefined;
  let stopped = false;
  let step = "status";
  let abort = new AbortController();
  let wake: (() => void) | undefined;

  const remember = async (changes: Partial<UpgradeRecord>): Promise<void> => {
    record = { ...record, ...changes };
    await writeRecord(folder, record);
  };
  const enter = (next: UpgradeState, details: Record<string, string> = {}): void => {
    if (next !== state) log.info(`upgrade: ${next}`, { version: wanted?.version, ...details });
    state = next;
  };

  /** Looks how what was committed before the last restart has ended. */
  const judge = async (): Promise<void> => {
    const { started } = record;
    if (started === null) return;
    const confirmed = started.version === running;
    const verdict = confirmed ? null : await boot.verdict();
    const reason = confirmed ? null : verdict?.version === started.version ? verdict.reason : null;
    const ended = { version: started.version, sha256: started.sha256, outcome: confirmed ? ("confirmed" as const) : ("rolled_back" as const), reason, milliseconds: now() - started.at };
    await remember({ started: null, prepared: null, ended });
    if (confirmed) log.info("the upgrade is confirmed", { version: started.version, milliseconds: ended.milliseconds });
    else log.error("the upgrade was rolled back", { version: started.version, reason: reason ?? "it did not come up" });
  };

  const prepare = async (target: WantedUpgrade): Promise<void> => {
    const { version, release_package_sha256_hex: sha256 } = target;
    if (record.prepared?.version === version && record.prepared.sha256 === sha256 && bootStatus?.installed === version) return;
    step = "download";
    enter("downloading");
    const progress = (bytes: number, total: number | undefined): void => {
      loading = { bytes, total: total ?? null };
    };
    const urls = rotated(target.release_package_urls, options.nodeId);
    const image = await download({ urls, sha256, folder, log, signal: abort.signal, progress, ...(options.reserve === undefined ? {} : { reserve: options.reserve }) });
    step = "install";
    enter("installing");
    // First of all: an installation that is interrupted leaves a slot that holds nothing.
    await remember({ prepared: null });
    await boot.install(image, { allowDowngrade: target.allow_downgrade, line: (text) => log.info("install", { line: text }), signal: abort.signal });
    await remember({ prepared: { version, sha256 } });
    bootStatus = await boot.status();
  };

  const execute = async (target: WantedUpgrade): Promise<void> => {
    step = "commit";
    enter("committing");
    await remember({ started: { version: target.version, sha256: target.release_package_sha256_hex, at: now() } });
    try {
      await removeOthers(folder);
      await boot.commit();
    } catch (error) {
      await remember({ started: null });
      throw error;
    }
    enter("restarting");
  };

  /** One round. Gives how long to wait for the next one; undefined: until something else is wanted. */
  const round = async (): Promise<number | undefined> => {
    step = "status";
    bootStatus = await boot.status();
    // A commit that the restart has not followed yet: nothing may touch the slots any more.
    if (bootStatus.bootCycle === "first_boot") return enter("restarting"), options.trialMilliseconds;
    if (bootStatus.bootCycle === "failsafe_check") return enter("on_trial"), options.trialMilliseconds;
    await judge();
    const target = wanted;
    if (target === null || target.version === running) {
      await removeOthers(folder);
      return enter("current"), undefined;
    }
    const { ended } = record;
    if (ended?.outcome === "rolled_back" && ended.version === target.version && ended.sha256 === target.release_package_sha256_hex) {
      problem = `${target.version} was rolled back here: ${ended.reason ?? "it did not come up"}`;
      return enter("given_up", { problem }), undefined;
    }
    await prepare(target);
    // The registry may have changed its mind while this took its time.
    if (abort.signal.aborted) return undefined;
    if (!target.execute) return enter("prepared"), undefined;
    await execute(target);
    return undefined;
  };

  const loop = async (): Promise<void> => {
    await fs.mkdir(folder, { recursive: true, mode: 0o750 });
    record = await readRecord(folder);
    while (!stopped) {
      let wait: number | undefined;
      abort = new AbortController();
      const mine = abort;
      problem = null;
      try {
        wait = await round();
        failed = 0;
      } catch (error) {
        // What is no longer wanted has not failed.
        if (mine.signal.aborted) continue;
        failed += 1;
        failures[step] = (failures[step] ?? 0) + 1;
        problem = `${step}: ${(error as Error).message}`;
        wait = backOff(policy, failed, random);
        log.warning("upgrade failed; it is tried again", { version: wanted?.version, step, problem: (error as Error).message, nextTryMilliseconds: wait });
        enter("failed");
      } finally {
        loading = null;
      }
      if (mine.signal.aborted || stopped) continue;
      await pause(wait);
    }
  };

  const pause = async (milliseconds: number | undefined): Promise<void> => {
    nextAt = milliseconds === undefined ? undefined : performance.now() + milliseconds;
    await new Promise<void>((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = undefined;
    nextAt = undefined;
  };

  const finished = loop().catch((error: unknown) => log.error("the upgrade loop ended", { problem: (error as Error).message }));
  return {
    want(upgrade) {
      if (JSON.stringify(upgrade) === JSON.stringify(wanted)) return;
      wanted = upgrade;
      failed = 0;
      abort.abort();
      wake?.();
    },
    status: () => ({
      ...{ state, wanted: wanted?.version ?? null, prepared: record.prepared?.version ?? null, boot: bootStatus, download: loading, problem, failures },
      nextTryMilliseconds: nextAt === undefined ? null : Math.max(0, Math.round(nextAt - performance.now())),
      last: record.ended,
    }),
    async stop() {
      stopped = true;
      abort.abort();
      wake?.();
      await finished;
    },
  };
}
