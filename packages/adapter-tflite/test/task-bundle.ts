import { crc32 } from "node:zlib";

interface Part {
  name: string;
  bytes: Uint8Array;
}

/** A zip whose files are not packed, as a .task bundle is. */
export function storedZip(parts: readonly Part[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of parts) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const listed = Buffer.alloc(46);
    listed.write("PK\u0001\u0002", 0, "latin1");
    listed.writeUInt16LE(20, 4);
    common.copy(listed, 6);
    listed.writeUInt32LE(at, 42);
    directory.push(listed, Buffer.from(name));
    const file = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), common, Buffer.from(name), bytes]);
    files.push(file);
    at += file.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

/** Protobuf: a field of bytes, or of text. */
function field(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

/** A SentencePiece model of single letters, and of words that nobody writes, so that each of the tiny model's tokens has one. */
export function letterTokenizer(size: number): Buffer {
  const normal = 1;
  const [unknown, control] = [2, 3];
  const letters = [..."▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?!+="];
  const named: [string, number][] = [["<unk>", unknown], ["<s>", control], ["</s>", control], ...letters.map((letter): [string, number] => [letter, normal])];
  for (let index = named.length; index < size; index += 1) named.push([`▁word${index}`, normal]);
  const pieces = named.map(([text, type]) => {
    const score = Buffer.alloc(5, 0x15);
    // Words before the letters that they are made of.
    score.writeFloatLE(text.length > 1 ? -1 : -10, 1);
    return field(1, Buffer.concat([field(1, text), score, Buffer.from([3 << 3, type])]));
  });
  const unigram = field(2, Buffer.from([3 << 3, 1]));
  const withoutRules = field(3, Buffer.concat([field(1, "identity"), Buffer.from([3 << 3, 1, 4 << 3, 0, 5 << 3, 1])]));
  return Buffer.concat([...pieces, unigram, withoutRules]);
}

/** LiteRT-LM's message: begins with 1, ends with 2, 512 tokens. */
export function llmMetadata(template: string): Buffer {
  const token = (id: number) => field(1, field(1, Buffer.from([id])));
  return Buffer.concat([field(1, token(1)), field(2, token(2)), Buffer.from([5 << 3, 0x80, 0x04]), field(7, template)]);
}
