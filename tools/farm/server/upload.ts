import type { IncomingMessage } from "node:http";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { fileName } from "../wire/names.ts";
import { asRefused, Refused } from "./refused.ts";

/** Seconds without a byte after which an upload is given up. */
const STALL_SECONDS = 60;

/**
 * Reads a multipart body with exactly one part: gives the part's name and what `receive` made of its bytes. When the body is refused after all,
 * what was received goes to `discard`. RFC 7578.
 */
export async function readUpload<T>(request: IncomingMessage, receive: (chunks: AsyncIterable<Uint8Array>) => Promise<T>, discard: (received: T) => void): Promise<{ name: string; received: T }> {
  const parser = multipartParser(request);
  const parts: { name: string; stream: BusboyFileStream; received: Promise<T> }[] = [];
  const { promise: parsed, resolve, reject: fail } = Promise.withResolvers<void>();
  parser.on("finish", resolve).on("error", fail);
  request.on("error", fail).on("close", () => request.complete || fail(new Error("the connection was cut")));
  parser.on("filesLimit", () => fail(new Refused(400, "multipart: expected one part, got more", { hint: "upload one file at a time" })));
  parser.on("file", (name: string, stream: BusboyFileStream) => {
    // A reader that gives up aborts the stream: its own reason comes out of `received`.
    stream.on("error", (error) => void (error.name === "AbortError" || fail(error)));
    const bad = fileName.safeParse(name).error?.issues[0]?.message;
    if (bad !== undefined) {
      stream.resume();
      return fail(new Refused(400, `multipart: name of the part: ${bad}, got ${JSON.stringify(name.slice(0, 200))}`));
    }
    const received = receive(stream);
    // A full disk or a file that is too large stops the reading.
    received.catch(fail);
    parts.push({ name, stream, received });
  });
  const stall = watchForSilence(request, fail);
  try {
    // No pipeline: it would close the connection before the answer is on it.
    request.pipe(parser);
    await parsed;
    const [part] = parts;
    if (part === undefined) throw new Refused(400, "multipart: expected one part, got none");
    return { name: part.name, received: await part.received };
  } catch (error) {
    request.unpipe(parser).resume();
    // What was received half is removed before the answer goes out.
    for (const part of parts) {
      part.stream.destroy(error as Error);
      await part.received.then(discard, () => undefined);
    }
    throw asRefused(error) ?? malformed(error);
  } finally {
    clearInterval(stall);
  }
}

/** Calls `fail` when no byte comes for too long. */
function watchForSilence(request: IncomingMessage, fail: (error: Error) => void): NodeJS.Timeout {
  let [seen, since] = [0, Date.now()];
  return setInterval(() => {
    const now = request.socket.bytesRead;
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since > STALL_SECONDS * 1000) fail(new Refused(408, `no byte of the upload came within ${STALL_SECONDS} s`));
  }, 1000);
}

function multipartParser(request: IncomingMessage): BusboyInstance {
  const contentType = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*;/i.test(contentType)) throw new Refused(415, `expected Content-Type multipart/form-data, got ${JSON.stringify(contentType.slice(0, 200))}`);
  try {
    return new Busboy({
      headers: { ...request.headers, "content-type": contentType },
      // Clients of this API give a part a name and rarely a file name.
      isPartAFile: () => true,
      limits: { files: 1, fileSize: Infinity, headerPairs: 20, headerSize: 16 * 1024 },
    });
  } catch (error) {
    throw new Refused(400, `multipart: ${(error as Error).message}`);
  }
}

function malformed(error: unknown): Refused {
  return new Refused(400, `multipart: the body ends early or is malformed: ${error instanceof Error ? error.message : String(error)}`, { retryable: true, cause: error });
}
