export type MessageField = readonly [number: number, content: number | string | Uint8Array];

/** A protobuf message of these fields: whole numbers become varints, everything else is written with its length. */
export function message(...fields: MessageField[]): Uint8Array {
  const parts = fields.map(([number, content]) => {
    if (typeof content === "number") return Buffer.concat([varint(number * 8), varint(content)]);
    const bytes = Buffer.from(content);
    return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
  });
  return Uint8Array.from(Buffer.concat(parts));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
