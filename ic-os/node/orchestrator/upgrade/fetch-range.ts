import http from "node:http";
import https from "node:https";

/** The rest of a file on a server. */
export interface RangeAnswer {
  /** Place in the file that the body begins at: the one asked for, or 0 when the server gives the whole file. */
  offset: number;
  /** Size of the whole file, when the server says it. */
  size: number | undefined;
  body: http.IncomingMessage;
}

/** Redirections that are followed: content networks use one or two. */
const maxRedirections = 5;

/** Asks for a file from `offset` on (RFC 9110, section 14). Silence of more than `stallMilliseconds`, also in the body, ends the connection with an error. */
export async function fetchRange(url: string, offset: number, stallMilliseconds: number, signal?: AbortSignal): Promise<RangeAnswer> {
  let place = url;
  for (let hop = 0; hop <= maxRedirections; hop++) {
    const answer = await ask(place, offset, stallMilliseconds, signal);
    const { statusCode = 0, headers } = answer;
    if ([301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined) {
      answer.destroy();
      place = new URL(headers.location, place).href;
      continue;
    }
    if (statusCode === 200) return { offset: 0, size: number(headers["content-length"]), body: answer };
    if (statusCode === 206) {
      const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
      if (Number(match?.[1]) === offset) return { offset, size: number(match?.[2]), body: answer };
      answer.destroy();
      throw new Error(`expected the bytes from ${offset} on, got "${headers["content-range"] ?? ""}"`);
    }
    answer.destroy();
    // What is there already is as long as the file or longer: it is no beginning of it.
    if (statusCode === 416 && offset > 0) return fetchRange(url, 0, stallMilliseconds, signal);
    throw new Error(`HTTP status ${statusCode}`);
  }
  throw new Error(`more than ${maxRedirections} redirections`);
}

function ask(url: string, offset: number, stallMilliseconds: number, signal: AbortSignal | undefined): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith("https:") ? https : http;
    const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
    let answer: http.IncomingMessage | undefined;
    const request = get(url, { agent: false, headers, timeout: stallMilliseconds, ...(signal === undefined ? {} : { signal }) }, (message) => resolve((answer = message)));
    // The one that is being waited for says why it ends.
    request.on("timeout", () => (answer ?? request).destroy(new Error(`nothing came for ${stallMilliseconds / 1000} s`)));
    request.on("error", reject);
  });
}

function number(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
