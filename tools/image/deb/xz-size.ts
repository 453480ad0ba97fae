/** Size of stream header and of stream footer: The .xz File Format 1.2.1, sections 2.1.1 and 2.1.2. */
const EDGE = 12;

/** Number of bytes that a .xz file holds when decompressed, read from the indexes at the ends of its streams. */
export function xzSize(file: Buffer): number {
  let total = 0;
  for (let end = file.length; end > 0;) {
    // Stream padding is a multiple of four zero bytes (section 2.2).
    if (end >= 4 && file.readUInt32LE(end - 4) === 0) {
      end -= 4;
      continue;
    }
    if (end < 2 * EDGE || file.toString("latin1", end - 2, end) !== "YZ") throw new Error("not a .xz file: its footer is missing");
    const indexSize = (file.readUInt32LE(end - 8) + 1) * 4;
    const index = readIndex(file.subarray(end - EDGE - indexSize, end - EDGE));
    total += index.uncompressed;
    end -= EDGE + indexSize + index.blocks + EDGE;
    if (end < 0) throw new Error("damaged .xz file: its index names more bytes than there are");
  }
  return total;
}

/** Sums of an index (section 4): bytes that the blocks take in the file, and bytes they hold. */
function readIndex(index: Buffer): { blocks: number; uncompressed: number } {
  if (index[0] !== 0) throw new Error("damaged .xz file: no index before the footer");
  let at = 1;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = index[at++];
      if (byte === undefined) throw new Error("damaged .xz file: its index ends early");
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return value;
    }
  };
  let blocks = 0;
  let uncompressed = 0;
  for (let records = next(); records > 0; records--) {
    blocks += Math.ceil(next() / 4) * 4;
    uncompressed += next();
  }
  return { blocks, uncompressed };
}
