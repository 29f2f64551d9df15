import { buffer } from "node:stream/consumers";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface Packed {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Of a symbolic link: where it leads. */
  readonly linkname?: string;
}

/** A tar of these, packed by gzip. */
export async function tarGz(members: readonly Packed[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, bytes = new Uint8Array(), linkname } of members) {
    if (linkname === undefined) tar.entry({ name, size: bytes.length }, Buffer.from(bytes));
    else tar.entry({ name, type: "symlink", linkname });
  }
  tar.finalize();
  return gzipSync(await buffer(tar));
}

/** A zip of these. */
export function zip(members: readonly Packed[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, bytes = new Uint8Array() } of members) {
    const [packed, spelled] = [deflateRawSync(bytes), Buffer.from(name)];
    // What a file's own header and the directory both say: method 8, checksum, sizes, length of the name.
    const described = Buffer.alloc(26);
    described.writeUInt16LE(20, 0);
    described.writeUInt16LE(8, 4);
    [crc32(bytes), packed.length, bytes.length].forEach((value, place) => void described.writeUInt32LE(value, 10 + 4 * place));
    described.writeUInt16LE(spelled.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    files.push(Buffer.from("PK\u0003\u0004", "latin1"), described, spelled, packed);
    directory.push(Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), described, place, spelled);
    offset += 30 + spelled.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}
