import type { ArchiveRefusal } from "./archive-refusal.ts";

export const tarBlockBytes = 512;

export interface TarHeader {
  name: string;
  sizeBytes: number;
  /** One character: "0" for a file. */
  type: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 up to the first NUL. */
export function tarText(bytes: Uint8Array, refuse: ArchiveRefusal, byte: number): string {
  const end = bytes.indexOf(0);
  try {
    return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
  } catch {
    throw refuse("a name is not UTF-8", { byte });
  }
}

/** One header block of ustar, pax or GNU tar. @throws TenfoldError `invalid-format`. */
export function readTarHeader(block: Uint8Array, byte: number, refuse: ArchiveRefusal): TarHeader {
  const ascii = (start: number, end: number) => String.fromCharCode(...block.subarray(start, end));
  const magic = ascii(257, 265);
  if (magic !== "ustar\u000000" && magic !== "ustar  \u0000") throw refuse("there is no tar header of a known kind", { byte });
  const claimed = readNumber(block.subarray(148, 156));
  let sum = 8 * 0x20;
  for (let at = 0; at < tarBlockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  if (claimed !== sum) throw refuse("the checksum of a header is wrong", { byte });

  const sizeBytes = readNumber(block.subarray(124, 136));
  const own = tarText(block.subarray(0, 100), refuse, byte);
  // GNU tar keeps times where ustar keeps the beginning of the path.
  const prefix = magic.startsWith("ustar\u0000") ? tarText(block.subarray(345, 500), refuse, byte) : "";
  const name = prefix === "" ? own : `${prefix}/${own}`;
  if (sizeBytes === undefined) throw refuse("its size is no number", { member: name, byte });
  return { name, sizeBytes, type: block[156] === 0 ? "0" : ascii(156, 157) };
}

/** Octal digits, or GNU tar's binary form of what does not fit. */
function readNumber(field: Uint8Array): number | undefined {
  const [first = 0] = field;
  if (first === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]+)[\0 ]*$/.exec(String.fromCharCode(...field))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

export interface PaxValues {
  path?: string;
  sizeBytes?: number;
}

/** The records of a pax header. Those that change what a file is, and would be missed by others, are refused. */
export function readPaxRecords(bytes: Uint8Array, byte: number, refuse: ArchiveRefusal): PaxValues {
  const values: PaxValues = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 || space - at > 8 ? "" : String.fromCharCode(...bytes.subarray(at, space));
    const end = at + Number(digits);
    if (!/^[1-9]\d*$/.test(digits) || end <= space + 1 || end > bytes.length || bytes[end - 1] !== 0x0a) {
      throw refuse("a record of a pax header has a wrong length", { byte: byte + at });
    }
    const equals = bytes.indexOf(0x3d, space);
    if (equals === -1 || equals >= end) throw refuse("a record of a pax header has no value", { byte: byte + at });
    const key = tarText(bytes.subarray(space + 1, equals), refuse, byte + at);
    if (key === "path") {
      values.path = tarText(bytes.subarray(equals + 1, end - 1), refuse, byte + at);
    } else if (key === "size") {
      const size = String.fromCharCode(...bytes.subarray(equals + 1, end - 1));
      if (!/^\d{1,15}$/.test(size)) throw refuse("a pax header gives a size that is no number", { byte: byte + at });
      values.sizeBytes = Number(size);
    } else if (key.startsWith("GNU.sparse.")) {
      throw refuse("a sparse file was packed without its holes", { byte: byte + at });
    }
    at = end;
  }
  return values;
}
