/** One field of a protobuf message: a number for varints, bytes for strings and messages, nothing for the fixed-width types. */
export interface Field {
  number: number;
  value: number | Buffer | undefined;
}

/** The fields of a message, in their order. Encoding: protobuf.dev/programming-guides/encoding. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const number = Math.floor(tag.value / 8);
    at = tag.next;
    switch (tag.value % 8) {
      case 0: {
        const { value, next } = readVarint(message, at);
        yield { number, value };
        at = next;
        break;
      }
      case 2: {
        const length = readVarint(message, at);
        at = length.next + length.value;
        if (at > message.length) throw new Error(`field ${number} ends ${at - message.length} bytes behind its message`);
        yield { number, value: message.subarray(length.next, at) };
        break;
      }
      case 1:
        yield { number, value: undefined };
        at += 8;
        break;
      case 5:
        yield { number, value: undefined };
        at += 4;
        break;
      default:
        throw new Error(`field ${number} has the wire type ${tag.value % 8}, which no protobuf message has`);
    }
  }
}

/** Messages one after the other, each behind its length: what writeDelimitedTo writes. */
export function* delimited(stream: Buffer): Generator<Buffer> {
  for (let at = 0; at < stream.length; ) {
    const length = readVarint(stream, at);
    at = length.next + length.value;
    if (at > stream.length) throw new Error(`the stream ends ${at - stream.length} bytes before its last message does`);
    yield stream.subarray(length.next, at);
  }
}

/** A varint as a number: exact up to 2^53, which sizes and identifiers stay below. */
function readVarint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 1, next = at; ; shift *= 128, next++) {
    const byte = bytes[next];
    if (byte === undefined) throw new Error("the message ends within a number");
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return { value, next: next + 1 };
  }
}
