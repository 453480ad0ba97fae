import fs from "node:fs";
import { receiveFile, type ReceivedFile, type ReceiveLimits } from "./receive-file.ts";
import { asRefused, Refused } from "./refused.ts";

/** Seconds without a byte after which a download is given up. */
const STALL_SECONDS = 60;

/** Fetches a file whose sum is known. `allowed`: beginnings of URLs, one of which it must have, also after a redirection; empty allows all. */
export async function fetchFile(url: string, sha256: string, folder: string, limits: ReceiveLimits, allowed: readonly string[]): Promise<ReceivedFile> {
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), STALL_SECONDS * 1000);
  try {
    const response = await get(url, allowed, stalled.signal);
    const received = await receiveFile(bodyOf(response, () => (timer = restart(timer, stalled))), folder, limits);
    if (received.sha256 === sha256) return received;
    fs.rmSync(received.temporary, { force: true });
    throw new Refused(422, `${url}: expected SHA-256 ${sha256}, got ${received.sha256} (${received.bytes} bytes)`);
  } catch (error) {
    if (asRefused(error) !== undefined) throw error;
    const why = stalled.signal.aborted ? `no byte within ${STALL_SECONDS} s` : reasonOf(error);
    throw new Refused(502, `${url}: ${why}`, { cause: error, hint: "check that the farm's host can reach this address" });
  } finally {
    clearTimeout(timer);
    stalled.abort();
  }
}

/** The answer of the URL or of what it leads to. Each address on the way must be allowed. */
async function get(first: string, allowed: readonly string[], signal: AbortSignal): Promise<Response> {
  let url = first;
  for (let hop = 0; hop < 6; hop++) {
    assertAllowed(url, allowed);
    const response = await fetch(url, { redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.ok) return response;
    if (response.status < 300 || response.status > 399 || location === null) throw new Refused(502, `${url}: expected status 200, got ${response.status} ${response.statusText}`);
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  throw new Refused(502, `${first}: more than 5 redirections`);
}

function assertAllowed(url: string, allowed: readonly string[]): void {
  if (!/^https?:\/\//.test(url)) throw new Refused(403, `${url}: expected an http or https URL`);
  if (allowed.length === 0 || allowed.some((start) => url.startsWith(start))) return;
  throw new Refused(403, `${url}: this farm fetches images from ${allowed.join(", ")} only`);
}

async function* bodyOf(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
  // A cut connection ends the stream with an error, unless the length was not known: then only the sum tells.
  for await (const chunk of response.body ?? []) {
    alive();
    yield chunk as Uint8Array;
  }
}

function restart(timer: NodeJS.Timeout, stalled: AbortController): NodeJS.Timeout {
  clearTimeout(timer);
  return setTimeout(() => stalled.abort(), STALL_SECONDS * 1000);
}

/** fetch says "fetch failed"; why is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
