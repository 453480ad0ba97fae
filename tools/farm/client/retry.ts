import { retryableHeader, refusal } from "../wire/refusal.ts";
import type { Clock } from "./clock.ts";
import { FarmFailure } from "./failures.ts";
import { NoAnswer, type HttpAnswer } from "./http-request.ts";

/** How long a request is tried, in milliseconds. */
export interface RetryProfile {
  /** For all attempts together. */
  budget: number;
  /** No attempt begins with less time left than this. */
  least: number;
  /** Limit of one attempt. */
  most: number;
  /** Between two attempts. */
  pause: number;
}

/** The profiles of the farm's API: `std` for what is quick, `long` for what moves images or starts machines. */
export const profiles = {
  std: { budget: 120_000, least: 5_000, most: 60_000, pause: 5_000 },
  long: { budget: 500_000, least: 20_000, most: 400_000, pause: 10_000 },
} as const satisfies Record<string, RetryProfile>;

/** What `retry` needs from its surroundings. */
export interface RetryContext {
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Gets a line for each attempt that failed. */
  log(line: string): void;
}

/**
 * Tries a request until it succeeds: 2xx ends it, 404 ends it as not found, every other status and every lost connection is said and tried again after
 * a fixed pause, until the time left is not above the profile's least.
 */
export async function retry(what: string, profile: RetryProfile, context: RetryContext, attempt: (timeoutMs: number, lost: boolean) => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const { clock, signal } = context;
  const start = clock.now();
  let last: FarmFailure | undefined;
  let lost = false;
  for (let attempts = 0; ; attempts++) {
    const left = profile.budget - (clock.now() - start);
    if (left <= profile.least) throw tooManyRetries(what, attempts, clock.now() - start, last);
    try {
      const answer = await attempt(Math.min(left, profile.most), lost);
      if (answer.status >= 200 && answer.status < 300) return answer;
      last = statusFailure(what, answer);
      if (last.kind === "notFound" || last.kind === "refused") throw last;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      lost = true;
      last = new FarmFailure("noAnswer", `${what}: ${error.message}`, { cause: error });
    }
    context.log(`${(last.status ?? 0) >= 500 ? "error" : "warning"}: ${last.message}; again in ${profile.pause / 1000} s`);
    await clock.sleep(profile.pause, signal);
  }
}

/** What a status that is no success says. */
export function statusFailure(what: string, answer: HttpAnswer): FarmFailure {
  const { text, hint } = said(answer);
  const final = answer.headers[retryableHeader] === "false";
  const kind = answer.status === 404 ? "notFound" : final ? "refused" : "tooManyRefusals";
  const target = answer.headers.location === undefined ? "" : ` to ${answer.headers.location}`;
  const help = hint ?? (answer.status === 401 || answer.status === 403 ? "set ICOS_FARM_TOKEN to a token of this farm" : undefined);
  return new FarmFailure(kind, `${what}: status ${answer.status}${target}${text === "" ? "" : `: ${text}`}`, { status: answer.status, hint: help });
}

function tooManyRetries(what: string, attempts: number, milliseconds: number, last: FarmFailure | undefined): FarmFailure {
  const kind = last?.kind ?? "noAnswer";
  const trouble = kind === "noAnswer" ? "sending it" : "the farm's processing";
  const message = `${what}: too many retries: gave up after ${attempts} attempts in ${Math.round(milliseconds / 1000)} s; the last problem was ${trouble}: ${last?.message.replace(`${what}: `, "") ?? "none"}`;
  return new FarmFailure(kind, message, { status: last?.status, hint: last?.hint, cause: last });
}

/** The reason in a refusal's body: our server's message, or the start of what another one sent. */
function said(answer: HttpAnswer): { text: string; hint?: string | undefined } {
  const text = answer.body.toString("utf8").trim();
  try {
    const { message, hint } = refusal.parse(JSON.parse(text));
    return { text: message, hint };
  } catch {
    const plain = text.replace(/\s+/g, " ").replace(/[^\x20-\x7e\u00a0-\uffff]/g, "");
    return { text: plain.length > 300 ? `${plain.slice(0, 300)} ...` : plain };
  }
}
