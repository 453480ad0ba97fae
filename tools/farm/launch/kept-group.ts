import { ExitCode, Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { eventLine } from "../client/events.ts";
import type { FarmClient } from "../client/farm-client.ts";
import { FarmFailure, isNotFound } from "../client/failures.ts";
import { keepAlive, keepAliveTtl } from "../client/keep-alive.ts";
import { groupMetadata } from "../client/metadata.ts";
import { deleteOrSay } from "./delete-group.ts";
import { forgetGroup, writeGroupRecord, type GroupRecord } from "./group-record.ts";
import type { RemoteRequest } from "./request.ts";

/** What the work in a group may do about it. */
export interface GroupHandle {
  /** Lets the group live on for so many seconds after the work, alone. */
  leave(seconds: number): Promise<void>;
}

/**
 * Runs `work` in a group of its own, which is kept alive meanwhile. Afterwards the group is deleted, unless the work ended well and had left it. When the
 * farm no longer renews the group, `stop` is aborted with the reason.
 */
export async function inKeptGroup(farm: FarmClient, request: RemoteRequest, record: GroupRecord, stop: AbortController, work: (handle: GroupHandle) => Promise<void>): Promise<void> {
  // Written down first: whatever ends this process, `farm-list` shows what it was about.
  writeGroupRecord(record);
  await create(farm, request, record, stop.signal);
  log(eventLine({ event_name: "farm_group_name_created_event", body: { group: record.group } }));
  const renewal = new AbortController();
  const renewing = keepAlive(farm, record.group, renewal.signal).catch((error: unknown) => stop.abort(gone(record, error)));
  let left = false;
  const leave = async (seconds: number): Promise<void> => {
    renewal.abort();
    await renewing;
    await farm.setTtl(record.group, seconds);
    left = true;
  };
  try {
    await work({ leave });
  } catch (error) {
    left = false;
    throw error;
  } finally {
    renewal.abort();
    if (!left) await deleteOrSay(farm.withSignal(undefined), record, request.target.siblings.delete);
  }
}

async function create(farm: FarmClient, request: RemoteRequest, record: GroupRecord, signal: AbortSignal): Promise<void> {
  try {
    const spec = { vmAllocation: request.allocation, requiredHostFeatures: [...request.hostFeatures], metadata: groupMetadata(request.target.name) };
    await farm.createGroup(record.group, { ttl: keepAliveTtl, spec });
  } catch (error) {
    // Interrupted while the farm was asked: it may have made the group.
    if (signal.aborted) await deleteOrSay(farm.withSignal(undefined), record, request.target.siblings.delete);
    else forgetGroup(record.group);
    if (error instanceof FarmFailure && error.kind === "noAnswer") log(`if ${record.farm} made group ${record.group} all the same, it expires within ${keepAliveTtl} s`);
    throw unheard(error);
  }
}

/** A farm that was never heard may not be there at all. */
function unheard(error: unknown): unknown {
  if (!(error instanceof FarmFailure) || error.kind !== "noAnswer") return error;
  return new Failure(error.message, { exitCode: error.exitCode, cause: error, hint: "bazel run //tools/farm:server starts a farm on this machine" });
}

/** What a group's failure means: one that is not there was deleted, or it expired. */
export function gone(record: GroupRecord, error: unknown): unknown {
  return isNotFound(error) ? new Failure(`group ${record.group} is gone: it was deleted, or it expired`, { exitCode: ExitCode.refused, cause: error }) : error;
}
