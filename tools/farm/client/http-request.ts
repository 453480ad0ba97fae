import http from "node:http";
import https from "node:https";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../lib/failure.ts";
import type { Body } from "./body.ts";
import { systemClock, type Clock } from "./clock.ts";

/** One request. */
export interface HttpRequest {
  method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Body;
  /** Limit for the whole of it, the answer's body included. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

/** An answer, whatever its status. */
export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** No answer came, or half of one: the connection failed or the time was over. */
export class NoAnswer extends Error {}

/** The longest answer that is read: those of a farm are short. */
const longestAnswer = 16 * 1024 * 1024;
const mostRedirects = 5;

// Node's agent reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY by itself when it is given the environment.
const agents = {
  "http:": new http.Agent({ proxyEnv: process.env }),
  "https:": new https.Agent({ proxyEnv: process.env }),
};
/** This machine, which no proxy knows: localhost (RFC 6761), 127.0.0.0/8, ::1. */
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const directAgents = { "http:": new http.Agent(), "https:": new https.Agent() };

/**
 * Sends a request and reads the answer. Follows a redirect only where that keeps the request as it is: 307 and 308, and any for GET and HEAD; any
 * other is an answer like others. Rejects with `NoAnswer`, or with the signal's reason.
 */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const clock = request.clock ?? systemClock;
  const limit = new AbortController();
  const seconds = Math.round(request.timeoutMs / 100) / 10;
  const cancel = clock.after(request.timeoutMs, () => limit.abort(new NoAnswer(`no answer within ${seconds} s`)));
  const signal = request.signal === undefined ? limit.signal : AbortSignal.any([limit.signal, request.signal]);
  try {
    let { url, headers } = request;
    for (let redirects = 0; ; redirects++) {
      const answer = await once({ ...request, url, ...(headers === undefined ? {} : { headers }) }, signal);
      const target = redirectTarget(request.method, url, answer);
      if (target === undefined) return answer;
      if (redirects === mostRedirects) throw new NoAnswer(`more than ${mostRedirects} redirects, the last to ${target.href}`);
      // A token is for the farm it was given for.
      if (target.origin !== url.origin) headers = withoutCredentials(headers);
      url = target;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof NoAnswer || error instanceof Failure) throw error;
    throw new NoAnswer(reason(error), { cause: error });
  } finally {
    cancel();
  }
}

/** Sends one request; what fails is whatever Node says. */
function once(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, method, body } = request;
  const length = body === undefined ? (method === "PUT" || method === "POST" ? 0 : undefined) : body.length;
  const headers = { ...request.headers, ...(length === undefined ? {} : { "Content-Length": String(length) }) };
  const agent = (loopback.test(url.hostname) ? directAgents : agents)[url.protocol as keyof typeof agents];
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? https : http).request(url, { method, headers, agent, signal });
    let answered = false;
    outgoing.once("response", (incoming) => {
      answered = true;
      readAnswer(incoming).then(resolve, reject).finally(() => outgoing.destroy());
    });
    // A farm that has answered need not read the rest of what is sent.
    outgoing.on("error", (error) => void (answered || reject(error)));
    if (body === undefined) return void outgoing.end();
    pipeline(body.open(), outgoing).catch((error: unknown) => void (answered || reject(error as Error)));
  });
}

async function readAnswer(incoming: http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswer) throw new NoAnswer(`the answer is longer than ${longestAnswer} bytes`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}

function redirectTarget(method: string, from: URL, answer: HttpAnswer): URL | undefined {
  const { location } = answer.headers;
  const keeps = [307, 308].includes(answer.status) || ([301, 302, 303].includes(answer.status) && ["GET", "HEAD"].includes(method));
  if (!keeps || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return target.protocol in agents ? target : undefined;
}

function withoutCredentials(headers: HttpRequest["headers"]): HttpRequest["headers"] {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "authorization"));
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses were tried: what each said.
  const parts = error instanceof AggregateError ? (error.errors as Error[]).map((part) => part.message) : [error.message];
  return [...new Set(parts)].join("; ") || (error as NodeJS.ErrnoException).code || error.name;
}
