import { asciiAt } from "../folder.ts";

/** Longest header that is read; numpy writes some hundred bytes. */
export const mostNpyHeaderBytes = 4096;

export interface NpyHeader {
  /** "F16", "U32", …: names as in safetensors. */
  type: string;
  shape: readonly number[];
  elements: number;
  /** Header and data. */
  fileBytes: number;
}

const types: ReadonlyMap<string, { type: string; bytes: number }> = new Map(
  (
    [
      ["b1", "BOOL", 1],
      ["u1", "U8", 1],
      ["i1", "I8", 1],
      ["u2", "U16", 2],
      ["i2", "I16", 2],
      ["f2", "F16", 2],
      // numpy has no bfloat16: it is written as two bytes of nothing in particular.
      ["V2", "BF16", 2],
      ["u4", "U32", 4],
      ["i4", "I32", 4],
      ["f4", "F32", 4],
      ["u8", "U64", 8],
      ["i8", "I64", 8],
      ["f8", "F64", 8],
      ["c8", "C64", 8],
    ] as const
  ).map(([code, type, bytes]) => [code, { type, bytes }]),
);

const mostDimensions = 32;

/** Reads the header of a .npy file: a Python literal of three known keys, matched and never evaluated. @returns what is wrong, in words. */
export function readNpyHeader(head: Uint8Array): NpyHeader | string {
  if (asciiAt(head, 0, 6) !== "\u0093NUMPY") return "does not begin as a .npy file";
  const [major = 0] = head.subarray(6, 7);
  if (major < 1 || major > 3 || head.length < 12) return `is of the version ${major}, expected 1 to 3`;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const textStart = major === 1 ? 10 : 12;
  const textBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textStart + textBytes > mostNpyHeaderBytes) return `has a header of ${textBytes} bytes`;
  if (textStart + textBytes > head.length) return "ends inside its header";
  const fields = readLiteral(asciiAt(head, textStart, textBytes));
  const { descr, fortran_order: order, shape: dimensions } = fields ?? {};
  if (descr === undefined || order === undefined || dimensions === undefined) return "has a header that is not the literal of a .npy file";
  if (/[OM]/.test(descr)) return `holds Python objects (${descr}), which can run code when they are loaded`;
  if (descr.startsWith(">")) return `is big-endian (${descr})`;
  const known = types.get(descr.replace(/^[<|=]/, ""));
  if (!known) return `is of the unknown type ${JSON.stringify(descr.slice(0, 40))}`;
  const shape = dimensions
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  if (shape.length > mostDimensions || shape.some((length) => !Number.isSafeInteger(length))) return "has an impossible shape";
  const elements = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(elements * known.bytes)) return `has a size that cannot be (${shape.join(" × ")})`;
  return { type: known.type, shape, elements, fileBytes: textStart + textBytes + elements * known.bytes };
}

function readLiteral(text: string): Record<string, string> | undefined {
  const entry = /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^'\\]*)'|(True|False)|\(([\d,\s]*)\))\s*(,|(?=\}))/y;
  if (!text.startsWith("{")) return undefined;
  const fields: Record<string, string> = {};
  let end = 1;
  for (let count = 0; count < 3; count += 1) {
    entry.lastIndex = end;
    const match = entry.exec(text);
    const [, key = "", string, boolean, tuple] = match ?? [];
    const value = { descr: string, fortran_order: boolean, shape: tuple }[key];
    if (!match || value === undefined || fields[key] !== undefined) return undefined;
    fields[key] = value;
    end = entry.lastIndex;
  }
  return /^\s*\}\s*$/.test(text.slice(end)) ? fields : undefined;
}
