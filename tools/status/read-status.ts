import { ExitCode, Failure } from "../lib/failure.ts";
import { parseNodeStatus, type NodeStatus } from "./node-status.ts";

/** Asks the node behind `api` (such as `http://127.0.0.1:8080`) once. Throws a Failure that says what came instead of a status. */
export async function readNodeStatus(api: string, timeoutMs = 5000): Promise<NodeStatus> {
  const url = `${api}/api/v2/status`;
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw new Failure(`${url}: no answer: ${reason(error)}`, { exitCode: ExitCode.guest });
  }
  const body = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Failure(`${url}: expected status 200, got ${response.status}`, { exitCode: ExitCode.guest });
  try {
    return parseNodeStatus(body);
  } catch (error) {
    throw new Failure(`${url}: expected a CBOR status, got ${body.length} bytes that are none: ${reason(error)}`, { exitCode: ExitCode.guest });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
