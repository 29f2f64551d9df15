import { joinBytes } from "@tenfold/catalog";

/** Fields of a protobuf message, written one after the other. */
export type Message = readonly Uint8Array[];

const encoder = new TextEncoder();

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

export function integerField(number: number, value: number | bigint): Uint8Array {
  return joinBytes([varint(number * 8), varint(value)]);
}

export function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joinBytes([varint(number * 8 + 5), bytes]);
}

export function bytesField(number: number, value: Uint8Array): Uint8Array {
  return joinBytes([varint(number * 8 + 2), varint(value.length), value]);
}

export function textField(number: number, value: string): Uint8Array {
  return bytesField(number, encoder.encode(value));
}

export function messageField(number: number, fields: Message): Uint8Array {
  return bytesField(number, joinBytes(fields));
}
