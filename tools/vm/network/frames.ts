/** The longest frame that is let through: QEMU's own limit for a frame (NET_BUFSIZE of include/net/net.h). */
const LONGEST = 4096 + 65_536;

/** A frame as QEMU's `-netdev stream` writes it: its length in 4 bytes, big-endian, before it (net/stream_data.c). */
export function framed(frame: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + frame.length);
  bytes.writeUInt32BE(frame.length, 0);
  bytes.set(frame, 4);
  return bytes;
}

/** Takes the bytes of a stream as they come and gives the whole frames in them. Throws on a length that no frame has. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  read(data: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    const frames: Buffer[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32BE(at);
      if (length > LONGEST) throw new Error(`a frame of ${length} bytes; expected at most ${LONGEST}`);
      if (bytes.length - at - 4 < length) break;
      frames.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.#rest = bytes.subarray(at);
    return frames;
  }
}
