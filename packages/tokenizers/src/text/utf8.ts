const replacement = 0xfffd;

/** Bytes that the UTF-16 units `[start, end)` may need at most. */
export function utf8Capacity(units: number): number {
  return units * 3;
}

/** Length of a character in valid UTF-8, by its first byte. */
export function utf8Length(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The code point at `at` of valid UTF-8. */
export function codePointIn(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return lead;
  const second = (bytes[at + 1] as number) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = (bytes[at + 2] as number) & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[at + 3] as number) & 0x3f);
}

/** Writes one code point; returns where the next begins. */
export function writeCodePoint(codePoint: number, into: Uint8Array, at: number): number {
  if (codePoint < 0x80) {
    into[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    into[at] = 0xc0 | (codePoint >> 6);
    into[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    into[at] = 0xe0 | (codePoint >> 12);
    into[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f);
    into[at + 2] = 0x80 | (codePoint & 0x3f);
    return at + 3;
  }
  into[at] = 0xf0 | (codePoint >> 18);
  into[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f);
  into[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f);
  into[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}

/** The code point at `at` of a string; a surrogate without its other half counts as U+FFFD. */
export function codePointAt(text: string, at: number): number {
  const codePoint = text.codePointAt(at) ?? replacement;
  return codePoint >= 0xd800 && codePoint < 0xe000 ? replacement : codePoint;
}

const native = typeof TextEncoder === "undefined" ? undefined : new TextEncoder();
/** Below this, calling into the engine costs more than it saves. */
const shortUnits = 48;

/** Writes a string as UTF-8, lone surrogates as U+FFFD; returns where the text ends. `into` must have room. */
export function writeUtf8(text: string, into: Uint8Array, start = 0): number {
  if (native && text.length > shortUnits) return start + native.encodeInto(text, start === 0 ? into : into.subarray(start)).written;
  let at = start;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      into[at] = unit;
      at += 1;
      continue;
    }
    const codePoint = codePointAt(text, index);
    if (codePoint > 0xffff) index += 1;
    at = writeCodePoint(codePoint, into, at);
  }
  return at;
}

export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Capacity(text.length));
  return bytes.slice(0, writeUtf8(text, bytes));
}

const nativeDecoder = typeof TextDecoder === "undefined" ? undefined : new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads UTF-8. Each maximal piece that is not valid becomes one U+FFFD, as in the WHATWG's decoder and Rust's. */
export function readUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (nativeDecoder && end - start > 24) return nativeDecoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; ) {
    const length = validLength(bytes, at, end);
    text += length > 0 ? String.fromCodePoint(codePointIn(bytes, at)) : "\ufffd";
    at += Math.abs(length);
  }
  return text;
}

/** Length of the character at `at`; negative, of the piece to skip, when it is not valid or is cut off by `end`. */
export function validLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = utf8Length(lead);
  for (let index = 1; index < length; index += 1) {
    const byte = at + index < end ? (bytes[at + index] as number) : 0;
    let least = 0x80;
    let most = 0xbf;
    if (index === 1) {
      if (lead === 0xe0) least = 0xa0;
      else if (lead === 0xed) most = 0x9f;
      else if (lead === 0xf0) least = 0x90;
      else if (lead === 0xf4) most = 0x8f;
    }
    if (byte < least || byte > most) return -index;
  }
  return length;
}

/** Whether bytes are valid UTF-8 from beginning to end. */
export function isUtf8(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  for (let at = start; at < end; ) {
    const length = validLength(bytes, at, end);
    if (length < 0) return false;
    at += length;
  }
  return true;
}
