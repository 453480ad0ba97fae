import { Failure } from "../../tools/lib/failure.ts";

/** Longest piece that `pieces` gives. */
const PIECE_BYTES = 1 << 20;

/** Takes a stream apart: so many bytes, then so many more. A stream that ends too early is a Failure. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes taken so far. */
  position = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes. For headers and the like: they are held in memory. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(bytes)) pieces.push(piece);
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** Exactly so many bytes, in pieces as they come. */
  async *pieces(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#fill())) throw new Failure(`the image ends after ${this.position} bytes, in the middle: it was cut short`);
      const piece = this.#rest.subarray(0, Math.min(left, PIECE_BYTES));
      this.#rest = this.#rest.subarray(piece.length);
      this.position += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  /** Whatever is left, in pieces as they come. */
  async *remainder(): AsyncGenerator<Buffer> {
    while (this.#rest.length > 0 || (await this.#fill())) {
      const piece = this.#rest;
      this.#rest = Buffer.alloc(0);
      this.position += piece.length;
      yield piece;
    }
  }

  async #fill(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}
