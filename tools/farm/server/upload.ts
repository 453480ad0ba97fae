import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { fileName } from "../wire/names.ts";
import { Refused } from "./refused.ts";

/** Seconds without a byte after which an upload is given up. */
const STALL_SECONDS = 60;

/** Reads a multipart body with exactly one part and gives the part's name and what `store` made of its bytes. RFC 7578. */
export async function readUpload<T>(request: IncomingMessage, store: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<{ name: string; stored: T }> {
  const parser = multipartParser(request);
  const parts: { name: string; stored: Promise<T> }[] = [];
  let problem: Refused | undefined;
  const fail = (refused: Refused): void => {
    problem ??= refused;
    parser.destroy(problem);
  };
  parser.on("file", (name: string, stream: BusboyFileStream) => {
    const bad = fileName.safeParse(name).error?.issues[0]?.message;
    if (bad !== undefined) {
      stream.on("error", () => undefined).resume();
      return fail(new Refused(400, `multipart: name of the part: ${bad}, got ${JSON.stringify(name.slice(0, 200))}`));
    }
    const stored = store(stream);
    // Not to be taken for unhandled while the body is still read; a failure stops the reading.
    stored.catch((error: unknown) => parser.destroy(error as Error));
    parts.push({ name, stored });
  });
  parser.on("filesLimit", () => fail(new Refused(400, "multipart: expected one part, got more", { hint: "upload one file at a time" })));
  const stall = setInterval(() => watch(), 1000);
  let [seen, since] = [0, Date.now()];
  const watch = (): void => {
    const now = request.socket.bytesRead;
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since > STALL_SECONDS * 1000) fail(new Refused(408, `no byte of the upload came within ${STALL_SECONDS} s`));
  };
  try {
    await pipeline(request, parser);
    const [part] = parts;
    if (part === undefined) throw new Refused(400, "multipart: expected one part, got none");
    return { name: part.name, stored: await part.stored };
  } catch (error) {
    // The part's stream ends with an error too: what was stored half is removed before the answer goes out.
    const reason = await parts[0]?.stored.then(() => undefined, (stored: unknown) => stored);
    throw problem ?? (reason instanceof Error && !isOfStream(reason) ? reason : undefined) ?? unreadable(error);
  } finally {
    clearInterval(stall);
  }
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

/** Errors that only say that the body ended early. */
function isOfStream(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE" || /end of multipart data|terminated early|aborted/i.test(error.message);
}

function unreadable(error: unknown): Error {
  if (error instanceof Error && !isOfStream(error) && !/multipart|header|part/i.test(error.message)) return error;
  return new Refused(400, `multipart: the body ends early or is malformed: ${error instanceof Error ? error.message : String(error)}`, { retryable: true, cause: error });
}
