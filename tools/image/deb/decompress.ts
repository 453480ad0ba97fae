import { spawn } from "node:child_process";
import { once } from "node:events";
import zlib from "node:zlib";
import { Failure } from "../../lib/failure.ts";
import { xzSize } from "./xz-size.ts";

/** A compressed file: the ending of its name tells how. */
export interface Compressed {
  /** Name for messages, ending in .xz, .zst, .gz or none of these. */
  name: string;
  bytes: Buffer;
}

/** A decompressed file, under the name it had compressed. */
export interface Decompressed {
  name: string;
  bytes: Buffer;
}

/**
 * Decompresses the files one after the other, in order. Consume it with `for await`: that also ends the process when the consumer fails.
 *
 * All .xz files go through one xz process: starting one per file costs more than the work for most packages. Their sizes come from
 * their indexes, so the joined output can be cut again. Node itself does zstd and gzip.
 */
export async function* decompress(files: readonly Compressed[], xz: string): AsyncGenerator<Decompressed> {
  const compressedByXz = files.filter(({ name }) => name.endsWith(".xz"));
  using pipe = compressedByXz.length > 0 ? new XzPipe(xz, compressedByXz) : undefined;
  for (const file of files) {
    const { name, bytes } = file;
    if (name.endsWith(".xz")) yield { name, bytes: await pipe!.next(file) };
    else if (name.endsWith(".zst")) yield { name, bytes: zlib.zstdDecompressSync(bytes) };
    else if (name.endsWith(".gz")) yield { name, bytes: zlib.gunzipSync(bytes) };
    else yield file;
  }
  await pipe?.finished();
}

/** One `xz -dc` that gets all files on stdin. */
class XzPipe {
  readonly #child;
  readonly #ended: Promise<unknown[]>;
  readonly #program: string;
  readonly #output: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #errors = "";

  constructor(program: string, files: readonly Compressed[]) {
    this.#program = program;
    this.#child = spawn(program, ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "pipe"] });
    this.#ended = once(this.#child, "close");
    this.#ended.catch(() => undefined);
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
    // A process that ends early closes the pipe; its exit code says why.
    this.#child.stdin.on("error", () => undefined);
    for (const file of files) this.#child.stdin.write(file.bytes);
    this.#child.stdin.end();
    this.#output = this.#child.stdout[Symbol.asyncIterator]();
  }

  async next(file: Compressed): Promise<Buffer> {
    const result = Buffer.allocUnsafe(xzSize(file.bytes));
    let filled = 0;
    while (filled < result.length) {
      if (this.#rest.length === 0) {
        const chunk = await this.#output.next();
        if (chunk.done === true) throw await this.#failure(file.name);
        this.#rest = chunk.value;
      }
      const count = this.#rest.copy(result, filled);
      this.#rest = this.#rest.subarray(count);
      filled += count;
    }
    return result;
  }

  async finished(): Promise<void> {
    const chunk = await this.#output.next();
    const [code] = await this.#ended;
    if (code !== 0 || chunk.done !== true || this.#rest.length > 0) throw await this.#failure("the last file");
  }

  /** Without its reader, xz would wait for ever with a full pipe, and this process for xz. */
  [Symbol.dispose](): void {
    this.#child.kill();
  }

  async #failure(name: string): Promise<Failure> {
    const [code, signal] = await this.#ended.catch((error: unknown) => [String(error)]);
    return new Failure(
      `${this.#program} failed at ${name} (${String(signal ?? `exit ${String(code)}`)})${this.#errors === "" ? "" : `\n${this.#errors}`}`,
    );
  }
}
