import { crc32 as crc32Of, deflateRawSync } from "node:zlib";

export interface ZipMember {
  name: string;
  bytes: Uint8Array;
  deflated?: boolean;
  /** Name in the file's own header, where that should differ. */
  ownName?: string;
  flags?: number;
  method?: number;
  externalAttributes?: number;
  /** Where what is claimed, in both places, should differ from what is there. */
  claimedBytes?: number;
  crc32?: number;
  /** Size in the file's own header alone. */
  ownBytes?: number;
}

/** A zip of these files. */
export function zipFile(members: readonly ZipMember[], { zip64 = false } = {}): Uint8Array {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const member of members) {
    const { name, bytes, deflated = false, ownName = name, flags = 0, method = deflated ? 8 : 0, externalAttributes = 0 } = member;
    const { claimedBytes = bytes.length, crc32 = crc32Of(bytes), ownBytes = claimedBytes } = member;
    const packed = deflated ? deflateRawSync(bytes) : Buffer.from(bytes);
    const local = Buffer.alloc(30);
    local.write("PK\u0003\u0004", 0, "latin1");
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc32, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(ownBytes, 22);
    local.writeUInt16LE(Buffer.byteLength(ownName), 26);
    const listed = Buffer.alloc(46);
    listed.write("PK\u0001\u0002", 0, "latin1");
    listed.writeUInt16LE(flags, 8);
    listed.writeUInt16LE(method, 10);
    listed.writeUInt32LE(crc32, 16);
    listed.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20);
    listed.writeUInt32LE(zip64 ? 0xffffffff : claimedBytes, 24);
    listed.writeUInt16LE(Buffer.byteLength(name), 28);
    listed.writeUInt16LE(zip64 ? 28 : 0, 30);
    listed.writeUInt32LE(externalAttributes, 38);
    listed.writeUInt32LE(zip64 ? 0xffffffff : offset, 42);
    const extra = Buffer.alloc(zip64 ? 28 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      for (const [index, value] of [bytes.length, packed.length, offset].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
    }
    files.push(local, Buffer.from(ownName), packed);
    directory.push(listed, Buffer.from(name), extra);
    offset += 30 + Buffer.byteLength(ownName) + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : list.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  return Uint8Array.from(Buffer.concat([...files, list, ...(zip64 ? [zip64End(members.length, list.length, offset)] : []), end]));
}

function zip64End(count: number, directoryBytes: number, directoryStart: number): Buffer {
  const end = Buffer.alloc(76);
  end.write("PK\u0006\u0006", 0, "latin1");
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end.writeBigUInt64LE(BigInt(directoryStart), 48);
  end.write("PK\u0006\u0007", 56, "latin1");
  end.writeBigUInt64LE(BigInt(directoryStart + directoryBytes), 64);
  return end;
}
