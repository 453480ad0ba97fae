import fs from "node:fs";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { fileBody, type OnSent } from "./body.ts";
import { systemClock, type Clock } from "./clock.ts";
import { FarmFailure } from "./failures.ts";
import { httpRequest, NoAnswer, type HttpAnswer } from "./http-request.ts";
import { statusFailure } from "./retry.ts";

/** Where artifacts are kept by their SHA-256: `<url>/<sha256>` takes HEAD, PUT and GET. An HTTP cache of Bazel is one, its URL ends in `/cas`. */
export interface ArtifactStoreOptions {
  /** Base URL for HEAD and PUT. */
  url: string;
  /** Base URL under which a farm finds the same, when that is another one. */
  downloadUrl?: string | undefined;
  log(line: string): void;
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

const headTimeout = 30_000;
/** Limit of one attempt to send, in milliseconds: the long maximum of the farm's profiles. */
const putTimeout = 400_000;
/** Milliseconds before each further attempt to send. */
const putPauses = [1000, 2000, 4000];
/** Times that a store is asked whether it serves what it took, a second apart. */
const polls = 10;
/** Statuses that a further attempt may change, as curl's --retry has them. */
const transient = [408, 429, 500, 502, 503, 504];

/** An HTTP store of artifacts. */
export class ArtifactStore {
  readonly #options: ArtifactStoreOptions;
  readonly #clock: Clock;

  constructor(options: ArtifactStoreOptions) {
    for (const url of [options.url, options.downloadUrl ?? options.url]) {
      if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) continue;
      throw new Failure(`artifact store: expected an http or https URL, got ${JSON.stringify(url)}`, { exitCode: ExitCode.usage });
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Puts a file into the store unless it is there, and gives the URL that a farm downloads it from once it is served. */
  async put(file: string, sha256: string, onSent?: OnSent): Promise<{ url: string; sent: boolean }> {
    const { downloadUrl, url } = this.#options;
    const bytes = fs.statSync(file).size;
    const target = entry(url, sha256);
    const served = entry(downloadUrl ?? url, sha256).href;
    if (await this.#has(target, bytes)) return { url: served, sent: false };
    await this.#send(target, file, onSent);
    for (let poll = 0; poll < polls; poll++) {
      if (await this.#has(target, bytes)) return { url: served, sent: true };
      await this.#clock.sleep(1000, this.#options.signal);
    }
    throw new FarmFailure("noAnswer", `${target.href}: was sent, but is not served after ${polls} s`);
  }

  /** True when the store serves the whole of it. */
  async #has(target: URL, bytes: number): Promise<boolean> {
    const answer = await this.#request("HEAD", target, headTimeout).catch((error: unknown) => {
      throw error instanceof NoAnswer ? new FarmFailure("noAnswer", `HEAD ${target.href}: ${error.message}`) : error;
    });
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw statusFailure(`HEAD ${target.href}`, answer);
    const length = answer.headers["content-length"];
    if (length === undefined || Number(length) === bytes) return true;
    this.#options.log(`warning: ${target.href}: the store has ${length} bytes of ${bytes}: sending it again`);
    return false;
  }

  async #send(target: URL, file: string, onSent: OnSent | undefined): Promise<void> {
    for (const pause of [...putPauses, undefined]) {
      const failure = await this.#request("PUT", target, putTimeout, fileBody(file, onSent)).then(
        (answer) => (answer.status >= 200 && answer.status < 300 ? undefined : statusFailure(`PUT ${target.href}`, answer)),
        (error: unknown) => {
          if (error instanceof NoAnswer) return new FarmFailure("noAnswer", `PUT ${target.href}: ${error.message}`);
          throw error;
        },
      );
      if (failure === undefined) return;
      if (pause === undefined || (failure.status !== undefined && !transient.includes(failure.status))) throw failure;
      this.#options.log(`warning: ${failure.message}; again in ${pause / 1000} s`);
      await this.#clock.sleep(pause, this.#options.signal);
    }
  }

  #request(method: "HEAD" | "PUT", url: URL, timeoutMs: number, body?: ReturnType<typeof fileBody>): Promise<HttpAnswer> {
    return httpRequest({ method, url, timeoutMs, signal: this.#options.signal, clock: this.#clock, ...(body === undefined ? {} : { body }) });
  }
}

function entry(base: string, sha256: string): URL {
  return new URL(sha256, base.endsWith("/") ? base : `${base}/`);
}
