import type { PagedReader } from "./paged-reader.ts";

export interface Range {
  start: number;
  end: number;
}

/** A field of a message. `value` is what a varint or a fixed number holds; the range is where other content lies. */
export interface Field extends Range {
  number: number;
  wire: "varint" | "fixed64" | "bytes" | "fixed32";
  /** Whole numbers as in a two's-complement int64, near enough beyond 2^53. */
  value: number;
}

/** Walks protobuf messages of one file without loading what they hold. */
export interface ProtobufWalker {
  readonly reader: PagedReader;
  /** Calls `visit` for each field of a message, in order. */
  walk(range: Range, what: string, visit: (field: Field) => Promise<void> | void): Promise<void>;
  text(field: Field, what: string): Promise<string>;
  /** The numbers of a repeated varint field, packed or not. */
  integers(field: Field, what: string, most: number): Promise<number[]>;
}

const longestVarint = 10;

/** @param mostFields in all walks together, which bounds the time that a hostile file can take. */
export function createProtobufWalker(reader: PagedReader, { mostFields = 4_000_000 } = {}): ProtobufWalker {
  const { refuse, path } = reader;
  let fields = 0;

  function refuseAt(message: string, byte: number) {
    return refuse(message, { file: path, byte });
  }

  async function walk({ start, end }: Range, what: string, visit: (field: Field) => Promise<void> | void): Promise<void> {
    let at = start;
    while (at < end) {
      fields += 1;
      if (fields > mostFields) throw refuseAt(`it has more than ${mostFields} fields`, at);
      const stop = Math.min(at + 2 * longestVarint, end);
      const head = reader.peek(at, stop) ?? (await reader.bytes(at, stop, what));
      const field = readField(head, at, end, what);
      const waiting = visit(field);
      if (waiting) await waiting;
      at = field.end;
    }
  }

  function readField(head: Uint8Array, at: number, end: number, what: string): Field {
    const key = readVarint(head, 0);
    if (!key) throw refuseAt(`a field of ${what} has no proper key`, at);
    const number = Math.floor(key.value / 8);
    if (number < 1 || number >= 2 ** 29) throw refuseAt(`a field of ${what} has the number ${number}`, at);
    const start = at + key.length;
    const type = key.value % 8;
    const second = type === 0 || type === 2 ? readVarint(head, key.length) : undefined;
    const fixed = type === 1 ? 8 : type === 5 ? 4 : undefined;
    if (second === undefined && fixed === undefined) throw refuseAt(`a field of ${what} is of no known kind or is cut off`, at);
    if (fixed !== undefined) {
      if (start + fixed > end) throw refuseAt(`a number in ${what} reaches beyond it`, at);
      return { number, wire: fixed === 8 ? "fixed64" : "fixed32", value: 0, start, end: start + fixed };
    }
    const { value = 0, length = 0 } = second ?? {};
    if (type === 0) return { number, wire: "varint", value, start, end: start + length };
    const contentEnd = start + length + value;
    if (value < 0 || contentEnd > end) throw refuseAt(`a field of ${what} claims ${value} bytes, ${contentEnd - end} more than there are`, at);
    return { number, wire: "bytes", value: 0, start: start + length, end: contentEnd };
  }

  return {
    reader,
    walk,
    async text(field, what) {
      if (field.wire !== "bytes") throw refuseAt(`${what} is not a text`, field.start);
      return reader.text(field.start, field.end, what);
    },
    async integers(field, what, most) {
      if (field.wire === "varint") return [field.value];
      if (field.wire !== "bytes" || field.end - field.start > most * longestVarint)
        throw refuseAt(`${what} is not a list of up to ${most} numbers`, field.start);
      const bytes = await reader.bytes(field.start, field.end, what);
      const values: number[] = [];
      for (let at = 0; at < bytes.length; ) {
        const next = readVarint(bytes, at);
        if (!next) throw refuseAt(`${what} is cut off`, field.start + at);
        values.push(next.value);
        at += next.length;
      }
      return values;
    },
  };
}

function readVarint(bytes: Uint8Array, start: number): { value: number; length: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let length = 1; length <= longestVarint; length += 1) {
    const byte = bytes[start + length - 1];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    // Only in the tenth byte there is a sign, and only by then a double is no longer exact.
    if (byte < 0x80) return { value: length === longestVarint ? exactInt64(bytes, start) : value, length };
  }
  return undefined;
}

function exactInt64(bytes: Uint8Array, start: number): number {
  let value = 0n;
  for (let index = 0; index < longestVarint; index += 1) value |= BigInt((bytes[start + index] ?? 0) & 0x7f) << BigInt(7 * index);
  return Number(BigInt.asIntN(64, value));
}
