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

/**
 * Decompresses the files one after the other, in order.
 *
 * All .xz files go through one xz process: starting one per file costs more than the work for most packages. Their sizes come from
 * their indexes, so the joined output can be cut again. Node itself does zstd and gzip.
 */
export async function* decompress(files: readonly Compressed[], xz: string): AsyncGenerator<Buffer> {
  const pipe = files.some((file) => file.name.endsWith(".xz"))
    ? new XzPipe(
        xz,
        files.filter((file) => file.name.endsWith(".xz")),
      )
    : undefined;
  for (const file of files) {
    if (file.name.endsWith(".xz")) yield await pipe!.next(file);
    else if (file.name.endsWith(".zst")) yield zlib.zstdDecompressSync(file.bytes);
    else if (file.name.endsWith(".gz")) yield zlib.gunzipSync(file.bytes);
    else yield file.bytes;
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

  async #failure(name: string): Promise<Failure> {
    const [code, signal] = await this.#ended.catch((error: unknown) => [String(error)]);
    return new Failure(
      `${this.#program} failed at ${name} (${String(signal ?? `exit ${String(code)}`)})${this.#errors === "" ? "" : `\n${this.#errors}`}`,
    );
  }
}
