import { createHash } from "node:crypto";

/** What a URL serves. */
export interface PublishedFile {
  size: number;
  sha256: string;
  /** The first bytes, by which the packing is known. */
  head: Uint8Array;
}

/** Downloads a file to learn what it is; nothing is kept. The error says the URL and what was answered. */
export async function inspectUrl(url: string, idleMilliseconds = 60_000): Promise<PublishedFile> {
  const hash = createHash("sha256");
  let size = 0;
  let head: Uint8Array = new Uint8Array();
  for await (const chunk of chunks(url, idleMilliseconds)) {
    if (head.length < 4) head = Buffer.concat([head, chunk]).subarray(0, 4);
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex"), head };
}

/** The text of a small file, or undefined when there is none (404). */
export async function readText(url: string, idleMilliseconds = 60_000): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of chunks(url, idleMilliseconds)) parts.push(chunk);
  } catch (error) {
    if (error instanceof NotThereError) return undefined;
    throw error;
  }
  return Buffer.concat(parts).toString("utf8");
}

class NotThereError extends Error {}

async function* chunks(url: string, idleMilliseconds: number): AsyncGenerator<Uint8Array> {
  const controller = new AbortController();
  const stalled = (): void => controller.abort(new Error(`${url}: no data for ${idleMilliseconds / 1000} s`));
  let timer = setTimeout(stalled, idleMilliseconds);
  try {
    const answer = await fetch(url, { signal: controller.signal });
    if (answer.status === 404) throw new NotThereError(`${url}: HTTP status 404: not published there`);
    if (!answer.ok || answer.body === null) throw new Error(`${url}: HTTP status ${answer.status}`);
    for await (const chunk of answer.body) {
      clearTimeout(timer);
      timer = setTimeout(stalled, idleMilliseconds);
      yield chunk;
    }
  } catch (error) {
    const { message, cause } = error as Error;
    throw message.startsWith(url) ? error : new Error(`${url}: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
