import { gzipSync } from "node:zlib";

export interface TarMember {
  name: string;
  bytes?: Uint8Array;
  /** One character; "0", a file, by default. */
  type?: string;
  /** What the header claims, where that should differ. */
  claimedBytes?: number;
  /** Field of 12 bytes in place of the octal size. */
  sizeField?: Uint8Array;
  linkName?: string;
  magic?: string;
  prefix?: string;
}

const blockBytes = 512;

/** A tar made by hand, of whatever is wanted, with right checksums. `end` is what follows the members: two blocks of zeros. */
export function tarFile(members: readonly TarMember[], { end = new Uint8Array(2 * blockBytes) } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const {
    name,
    bytes = new Uint8Array(),
    type = "0",
    claimedBytes = bytes.length,
    sizeField,
    linkName = "",
    magic = "ustar\u000000",
    prefix = "",
  } of members) {
    const header = Buffer.alloc(blockBytes);
    header.write(name, 0, 100, "utf8");
    header.write("0000644\0", 100);
    header.write(`${claimedBytes.toString(8).padStart(11, "0")}\0`, 124);
    if (sizeField) header.set(sizeField, 124);
    header.write(type, 156, "latin1");
    header.write(linkName, 157, 100);
    header.write(magic, 257, "latin1");
    header.write(prefix, 345, 155);
    header.fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    parts.push(header, bytes, new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes));
  }
  return Uint8Array.from(Buffer.concat([...parts, end]));
}

/** The records of a pax header. */
export function paxRecords(values: Readonly<Record<string, string>>): Uint8Array {
  const records = Object.entries(values).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest);
    return `${length}${rest}`;
  });
  return new TextEncoder().encode(records.join(""));
}

export function gzipped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(gzipSync(bytes));
}

/** Bytes in memory that are read like a file. */
export function memorySource(bytes: Uint8Array) {
  return { sizeBytes: bytes.length, read: async ({ start, end }: { start: number; end: number }) => bytes.slice(start, end) };
}
