import { invalidTokenizer } from "../invalid-tokenizer.ts";

/** A field of a protobuf message. Numbers and content alike are there when the wire type has them. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint; beyond 2^53 it is not exact. */
  readonly value: number;
  /** Of a fixed 32-bit number, read as a float. */
  readonly float: number;
  /** Of a length-delimited field. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array(0);

/**
 * Reads the fields of one message.
 * @throws TenfoldError `invalid-format` when it is cut off or is no message.
 */
export function* readProtobuf(bytes: Uint8Array, what: string): Iterable<ProtobufField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function cutOff() {
    return invalidTokenizer(`is cut off or damaged at byte ${at}`, what);
  }

  function varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined || scale > 2 ** 63) throw cutOff();
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  function take(length: number): number {
    if (length > bytes.length - at) throw cutOff();
    at += length;
    return at - length;
  }

  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (number === 0) throw cutOff();
    switch (key % 8) {
      case 0:
        yield { number, value: varint(), float: 0, bytes: nothing };
        break;
      case 1:
        take(8);
        yield { number, value: 0, float: 0, bytes: nothing };
        break;
      case 2: {
        const start = take(varint());
        yield { number, value: 0, float: 0, bytes: bytes.subarray(start, at) };
        break;
      }
      case 5:
        yield { number, value: 0, float: view.getFloat32(take(4), true), bytes: nothing };
        break;
      default:
        throw cutOff();
    }
  }
}
