import fs from "node:fs";
import { Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { ExitCode, Failure } from "../../tools/lib/failure.ts";

const CHUNK_BYTES = 1 << 20;

/** First bytes of a zstd frame (RFC 8878, 3.1.1). */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Opens an update image, `-` for standard input, and gives the bytes of its tar, decompressed as they come. */
export async function* openImage(file: string): AsyncGenerator<Buffer> {
  const input: Readable = file === "-" ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const source = (input as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  try {
    while (first.length < ZSTD_MAGIC.length) {
      const next = await source.next();
      if (next.done === true) break;
      first = Buffer.concat([first, next.value]);
    }
    const whole = again(first, source);
    if (!first.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC)) {
      yield* whole;
      return;
    }
    const decompress = createZstdDecompress({ chunkSize: CHUNK_BYTES });
    const compressed = Readable.from(whole, { objectMode: false });
    compressed.on("error", (error) => decompress.destroy(error));
    yield* compressed.pipe(decompress) as AsyncIterable<Buffer>;
  } catch (error) {
    throw readable(error, file);
  } finally {
    input.destroy();
  }
}

async function* again(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** What the user can make something of. */
function readable(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const name = file === "-" ? "standard input" : file;
  if (code === "ENOENT" || code === "EACCES" || code === "EISDIR") return new Failure(`${name}: cannot be read: ${message}`, { exitCode: ExitCode.usage });
  if (typeof code === "string" && (code.startsWith("ZSTD_") || code.startsWith("Z_") || code === "ERR_ZSTD_DECOMPRESSION_FAILED")) return new Failure(`${name}: the compressed data is damaged or was cut short (${message})`);
  return error;
}
