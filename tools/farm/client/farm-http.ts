import { z } from "zod";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { textBody, type Body } from "./body.ts";
import { systemClock, type Clock } from "./clock.ts";
import { FarmFailure } from "./failures.ts";
import { httpRequest, NoAnswer, type HttpAnswer, type HttpRequest } from "./http-request.ts";
import { profiles, retry, statusFailure } from "./retry.ts";

/** Which farm, and who asks. */
export interface FarmOptions {
  /** Base URL, such as `http://127.0.0.1:8090/`. */
  url: string;
  /** Sent as `Authorization: Bearer`; a farm without tokens needs none. */
  token?: string | undefined;
  /** Gets a line for each attempt that failed. */
  log(line: string): void;
  /** Ends every request and every pause when it is aborted. */
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

type Method = HttpRequest["method"];

/** What a call sends, and how its answers are taken. */
export interface Call {
  body?: Body;
  contentType?: string;
  /** A status that counts as success after an earlier attempt of the same call got no answer. */
  doneIfLost?: number;
}

/** Requests to one farm, and the checks of its answers. Paths are relative to the base URL. */
export class FarmHttp {
  /** Base URL, with a slash at its end. */
  readonly url: string;
  readonly options: FarmOptions;
  readonly clock: Clock;

  constructor(options: FarmOptions) {
    this.url = baseUrl(options.url);
    this.options = options;
    this.clock = options.clock ?? systemClock;
  }

  /** A request that is repeated as a profile says. */
  async repeated(profile: keyof typeof profiles, method: Method, path: string, call: Call = {}): Promise<HttpAnswer> {
    const { log, signal } = this.options;
    return retry(this.#title(method, path), profiles[profile], { clock: this.clock, signal, log }, async (timeoutMs, lost) => {
      const answer = await this.#send(method, path, timeoutMs, call);
      return lost && answer.status === call.doneIfLost ? { ...answer, status: 200, body: Buffer.alloc(0) } : answer;
    });
  }

  /** A request with one attempt. */
  async once(method: Method, path: string, timeoutMs: number = profiles.std.most): Promise<HttpAnswer> {
    const title = this.#title(method, path);
    const answer = await this.#send(method, path, timeoutMs).catch((error: unknown) => {
      throw error instanceof NoAnswer ? new FarmFailure("noAnswer", `${title}: ${error.message}`, { cause: error }) : error;
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw statusFailure(title, answer);
  }

  /** The document in an answer, checked. */
  parse<T>(schema: z.ZodType<T>, method: Method, path: string, answer: HttpAnswer): T {
    const title = this.#title(method, path);
    const document = jsonOrUndefined(answer.body);
    if (document === undefined) throw new FarmFailure("invalidAnswer", `${title}: expected JSON, got ${JSON.stringify(answer.body.toString("utf8").slice(0, 200))}`, { status: answer.status });
    const parsed = schema.safeParse(document);
    if (parsed.success) return parsed.data;
    const problems = z.prettifyError(parsed.error).replace(/^/gm, "  ");
    throw new FarmFailure("invalidAnswer", `${title}: the answer is not as it should be:\n${problems}`, { status: answer.status });
  }

  #title(method: Method, path: string): string {
    return `${method} ${this.url}${path}`;
  }

  async #send(method: Method, path: string, timeoutMs: number, call: Call = {}): Promise<HttpAnswer> {
    const { token, signal } = this.options;
    const headers = {
      Accept: "application/json",
      "Content-Type": call.contentType ?? "application/json",
      "User-Agent": "rules_icos",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    };
    const { body } = call;
    return httpRequest({ method, url: new URL(this.url + path), headers, timeoutMs, signal, clock: this.clock, ...(body === undefined ? {} : { body }) });
  }
}

/** A document as what a call sends. */
export function jsonCall(value: unknown): Call {
  return { body: textBody(JSON.stringify(value)) };
}

/** What a body holds, undefined when that is no JSON. */
export function jsonOrUndefined(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The base URL as requests use it: paths are put behind it as they are. */
function baseUrl(typed: string): string {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    const hint = "a token for the farm goes into ICOS_FARM_TOKEN";
    throw new Failure(`farm: expected an http or https URL such as http://127.0.0.1:8090/, got ${JSON.stringify(typed)}`, { exitCode: ExitCode.usage, hint });
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
