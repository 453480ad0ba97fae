import { removeUnfinished } from "../../lib/atomic.ts";
import { Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { identify } from "../../vm/process-identity.ts";
import { located } from "../../vm/vm-tools.ts";
import { systemClock } from "../client/clock.ts";
import { FarmClient } from "../client/farm-client.ts";
import { FarmFailure, isNotFound } from "../client/failures.ts";
import { leftBehind } from "./delete-group.ts";
import { writeGroupRecord, type GroupRecord } from "./group-record.ts";
import { expiryLines, remoteHeader, remoteJson } from "./header.ts";
import { Interrupted, interruptSignal } from "./interrupt-signal.ts";
import { gone, inKeptGroup, type GroupHandle } from "./kept-group.ts";
import { publishImage } from "./offer-image.ts";
import { startRemoteVm, type StartedVm } from "./remote-vm.ts";
import type { RemoteRequest } from "./request.ts";
import { waitForLogin, waitForNode, withConsole } from "./wait-ready.ts";

/** Milliseconds between two looks whether the guest still runs. */
const lookPeriod = 5000;

/**
 * Starts the image on a farm and stays until it is told to stop; with `detachedTtl`, until the guest is ready. However it ends before that, the group is
 * deleted, or it is said what is left.
 */
export async function launchRemote(request: RemoteRequest): Promise<void> {
  const record = draftRecord(request);
  const interrupt = interruptSignal(() => log(`${leftBehind(record, request.target.siblings.delete)}; it expires within two minutes`));
  const { signal } = interrupt.controller;
  const farm = new FarmClient({ url: request.farm, token: request.token, log, signal });
  try {
    const published = await publishImage(request.image, located(request.target.image.archive), signal);
    await inKeptGroup(farm, request, record, interrupt.controller, async (handle) => {
      const started = await startRemoteVm(farm, request, record, published);
      for (const line of remoteHeader(started.facts)) log(line);
      const readySeconds = await ready(farm, request, started, signal);
      const expiresAt = await leave(request, started.facts.record, handle);
      if (request.json) process.stdout.write(`${JSON.stringify(remoteJson(started.facts, { readySeconds, expiresAt }))}\n`);
      if (expiresAt === null) await untilEnd(farm, record, signal);
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    removeUnfinished();
    interrupt.end(error.signal);
  } finally {
    interrupt.stop();
  }
}

function draftRecord(request: RemoteRequest): GroupRecord {
  const { name, label } = request.target;
  const now = new Date();
  return {
    ...{ group: `${name}--${now.getTime()}`, family: name, label, farm: request.farm, vm: name, detached: false, createdAt: now.toISOString() },
    process: identify(process.pid) ?? { pid: process.pid, startTime: "" },
    ...{ ipv6: null, sshCommand: null, consoleUrl: null, api: null },
  };
}

async function ready(farm: FarmClient, request: RemoteRequest, { facts: { record }, ssh, ownKey }: StartedVm, signal: AbortSignal): Promise<number | null> {
  const { target, tools, timeout, wait } = request;
  if (wait === "none") return null;
  const start = performance.now();
  try {
    await waitForLogin({ vm: record.vm, endpoint: ssh!, user: target.user, key: ownKey, tools }, timeout, signal);
    if (wait === "healthy") await waitForNode(record.api!, timeout - (performance.now() - start) / 1000, signal);
  } catch (error) {
    throw error instanceof Failure && !signal.aborted ? await withConsole(farm, record.group, record.vm, error) : error;
  }
  const readySeconds = Math.round((performance.now() - start) / 100) / 10;
  log(`ready   ${readySeconds} s after its start`);
  return readySeconds;
}

/** Leaves the group running when that was asked for. Gives the time when it ends then. */
async function leave(request: RemoteRequest, record: GroupRecord, handle: GroupHandle): Promise<Date | null> {
  if (request.detachedTtl === undefined) {
    log("expires when this program ends: Ctrl-C deletes the group");
    return null;
  }
  await handle.leave(request.detachedTtl);
  const expiresAt = new Date(Date.now() + request.detachedTtl * 1000);
  writeGroupRecord({ ...record, detached: true });
  for (const line of expiryLines(request, record.group, expiresAt)) log(line);
  return expiresAt;
}

/** Waits until this process is told to stop, or the guest has ended by itself (where the farm tells). Fails when the group is gone. */
async function untilEnd(farm: FarmClient, record: GroupRecord, signal: AbortSignal): Promise<void> {
  for (let tells = true; ; ) {
    await systemClock.sleep(lookPeriod, signal);
    if (!tells) continue;
    try {
      if ((await farm.vm(record.group, record.vm)).state !== "stopped") continue;
      return log(`${record.vm} has ended`);
    } catch (error) {
      if (!(error instanceof FarmFailure)) throw error;
      if (error.kind === "notFound") await farm.group(record.group).catch((missing: unknown) => assertThere(record, missing));
      // Another farm has no such page. One that does not answer now may do so later.
      tells = error.kind === "noAnswer";
    }
  }
}

function assertThere(record: GroupRecord, error: unknown): void {
  if (isNotFound(error)) throw gone(record, error);
}
