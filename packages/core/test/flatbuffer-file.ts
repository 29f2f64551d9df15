export type FlatValue =
  | { kind: "scalar"; bytes: 1 | 2 | 4 | 8; value: number }
  | { kind: "table"; fields: Readonly<Record<number, FlatValue>> }
  | { kind: "list"; items: readonly FlatValue[] }
  | { kind: "numbers"; bytes: 1 | 4 | 8; values: readonly number[] }
  | { kind: "text"; text: string };

export const scalar = (bytes: 1 | 2 | 4 | 8, value: number): FlatValue => ({ kind: "scalar", bytes, value });
export const table = (fields: Readonly<Record<number, FlatValue>>): FlatValue => ({ kind: "table", fields });
export const list = (...items: FlatValue[]): FlatValue => ({ kind: "list", items });
export const numbers = (bytes: 1 | 4 | 8, values: readonly number[]): FlatValue => ({ kind: "numbers", bytes, values });
export const text = (value: string): FlatValue => ({ kind: "text", text: value });

/** A flatbuffer with this root: each table's layout before it, what it refers to behind it. */
export function flatbufferFile(root: FlatValue, identifier = ""): Uint8Array {
  const bytes: number[] = [0, 0, 0, 0, ...Buffer.from(identifier)];
  patch(bytes, 0, write(bytes, root));
  return Uint8Array.from(bytes);
}

function put(bytes: number[], size: number, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let index = 0; index < size; index += 1, rest >>= 8n) bytes.push(Number(rest & 255n));
}

function patch(bytes: number[], slot: number, target: number): void {
  for (let index = 0; index < 4; index += 1) bytes[slot + index] = ((target - slot) >>> (8 * index)) & 255;
}

function pad(bytes: number[]): void {
  while (bytes.length % 4 !== 0) bytes.push(0);
}

function write(bytes: number[], value: FlatValue): number {
  pad(bytes);
  const at = bytes.length;
  switch (value.kind) {
    case "table":
      return writeTable(bytes, value.fields);
    case "list": {
      put(bytes, 4, value.items.length);
      const slots = value.items.map((_, index) => at + 4 + 4 * index);
      for (const _ of slots) put(bytes, 4, 0);
      for (const [index, item] of value.items.entries()) patch(bytes, slots[index] ?? 0, write(bytes, item));
      return at;
    }
    case "numbers":
      put(bytes, 4, value.values.length);
      for (const number of value.values) put(bytes, value.bytes, number);
      return at;
    case "text": {
      const encoded = Buffer.from(value.text);
      put(bytes, 4, encoded.length);
      bytes.push(...encoded, 0);
      return at;
    }
    default:
      throw new Error("a scalar stands in a table");
  }
}

function writeTable(bytes: number[], fields: Readonly<Record<number, FlatValue>>): number {
  const numbered = Object.entries(fields).map(([number, value]) => ({ number: Number(number), value }));
  const count = Math.max(-1, ...numbered.map(({ number }) => number)) + 1;
  const offsets = new Array<number>(count).fill(0);
  let size = 4;
  for (const { number, value } of numbered) {
    offsets[number] = size;
    size += value.kind === "scalar" ? value.bytes : 4;
  }
  const layout = bytes.length;
  put(bytes, 2, 4 + 2 * count);
  put(bytes, 2, size);
  for (const offset of offsets) put(bytes, 2, offset);
  pad(bytes);
  const at = bytes.length;
  put(bytes, 4, at - layout);
  for (const { value } of numbered) put(bytes, value.kind === "scalar" ? value.bytes : 4, value.kind === "scalar" ? value.value : 0);
  for (const { number, value } of numbered) if (value.kind !== "scalar") patch(bytes, at + (offsets[number] ?? 0), write(bytes, value));
  return at;
}
