import fs from "node:fs";
import { Readable } from "node:stream";
import { Failure } from "../../lib/failure.ts";

/** What a request sends. It can be opened again for each attempt: a stream cannot be sent twice. */
export interface Body {
  /** Bytes of the whole. */
  length: number;
  open(): Readable;
}

/** Text as a body. */
export function textBody(text: string): Body {
  const bytes = Buffer.from(text);
  return { length: bytes.length, open: () => Readable.from([bytes]) };
}

/** Called with the number of bytes that were handed to the connection since the attempt began. */
export type OnSent = (bytes: number) => void;

/** A file as a body, read as it is sent. */
export function fileBody(file: string, onSent?: OnSent): Body {
  async function* content(): AsyncGenerator<Buffer> {
    let sent = 0;
    const chunks = fs.createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
    try {
      for await (const chunk of chunks) {
        yield chunk;
        onSent?.((sent += chunk.length));
      }
    } catch (error) {
      // Not a matter of the connection: another attempt would not help.
      throw new Failure(`${file}: ${(error as Error).message}`, { cause: error });
    }
  }
  return { length: fs.statSync(file).size, open: () => Readable.from(content(), { objectMode: false }) };
}

/** A file as the only part of multipart/form-data (RFC 7578). The part is named as the file is to be called. */
export function multipartBody(name: string, file: string, boundary: string, onSent?: OnSent): Body {
  const content = fileBody(file, onSent);
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* parts(): AsyncGenerator<Buffer> {
    yield head;
    yield* content.open() as AsyncIterable<Buffer>;
    yield tail;
  }
  return { length: head.length + content.length + tail.length, open: () => Readable.from(parts(), { objectMode: false }) };
}
