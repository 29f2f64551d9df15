import { readUtf8, validLength } from "../text/utf8.ts";

/** Bytes as they come, text as soon as characters are whole. */
export interface ByteStream {
  push(bytes: Uint8Array): string;
  /** What was held back; a character that never became whole is U+FFFD. */
  end(): string;
}

export function createByteStream(): ByteStream {
  let held = new Uint8Array(0);
  return {
    push(bytes) {
      const all = held.length === 0 ? bytes : concat(held, bytes);
      const whole = wholeLength(all);
      held = all.slice(whole);
      return readUtf8(all, 0, whole);
    },
    end() {
      const rest = readUtf8(held);
      held = new Uint8Array(0);
      return rest;
    },
  };
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Length without a character at the end that more bytes may complete. */
function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const at = bytes.length - back;
    const byte = bytes[at] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return validLength(bytes, at, bytes.length) === -back && byte >= 0xc2 && byte <= 0xf4 ? at : bytes.length;
  }
  return bytes.length;
}
