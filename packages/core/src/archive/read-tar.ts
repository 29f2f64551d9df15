import { type ArchiveMember, drain } from "./archive-member.ts";
import type { ArchiveRefusal } from "./archive-refusal.ts";
import { type ByteReader, createByteReader } from "./byte-reader.ts";
import type { MemberLedger } from "./member-ledger.ts";
import { type PaxValues, readPaxRecords, readTarHeader, tarBlockBytes, tarText } from "./tar-header.ts";

const mostDescriptionBytes = 64 * 1024;
/** Tapes were filled up to whole records of zeros. */
const mostPaddingBytes = 1024 * 1024;

/** What stands in extra headers before a member. */
interface Described extends PaxValues {
  longName?: string;
  pax?: true;
}

const refusedTypes: Readonly<Record<string, string>> = {
  "1": "is a hard link",
  "2": "is a symbolic link",
  "3": "is a device",
  "4": "is a device",
  "6": "is a pipe",
  S: "is a sparse file",
};

/**
 * The files of a tar: ustar, pax and GNU. Only plain files and folders are accepted, and only what every reader of tar
 * understands in the same way.
 * @throws TenfoldError `invalid-format` from the iteration.
 */
export async function* readTar(bytes: AsyncGenerator<Uint8Array>, ledger: MemberLedger, refuse: ArchiveRefusal): AsyncGenerator<ArchiveMember> {
  const reader = createTarReader(bytes, refuse);
  try {
    let described: Described = {};
    while (true) {
      const at = reader.position;
      const block = await reader.exactly(tarBlockBytes);
      if (isZero(block)) {
        if (described.pax || described.longName !== undefined) throw refuse("a header describes a member that does not follow", { byte: at });
        await readEnd(reader, refuse);
        return;
      }
      const header = readTarHeader(block, at, refuse);
      if (["x", "g", "L", "K"].includes(header.type)) {
        described = await describe(described, header, reader, ledger, refuse);
        continue;
      }
      const name = described.path ?? described.longName ?? header.name;
      const sizeBytes = described.sizeBytes ?? header.sizeBytes;
      described = {};
      if (header.type === "5") {
        if (sizeBytes !== 0) throw refuse("it is a folder and has bytes", { member: name, byte: at });
        ledger.folder(name);
        continue;
      }
      // "7" is a file that once had to lie in one piece.
      if (header.type !== "0" && header.type !== "7") {
        throw refuse(`it ${refusedTypes[header.type] ?? `is of the unknown type ${JSON.stringify(header.type)}`}`, { member: name, byte: at });
      }
      const content = readContent(reader, sizeBytes);
      yield { path: ledger.file(name, sizeBytes), sizeBytes, content };
      await drain(content);
      await reader.exactly(paddingOf(sizeBytes));
    }
  } finally {
    await bytes.return(undefined);
  }
}

interface TarReader extends ByteReader {
  exactly(sizeBytes: number): Promise<Uint8Array>;
}

function createTarReader(bytes: AsyncGenerator<Uint8Array>, refuse: ArchiveRefusal): TarReader {
  const reader = createByteReader(bytes);
  return {
    get position() {
      return reader.position;
    },
    some: reader.some,
    async exactly(sizeBytes) {
      const taken = await reader.exactly(sizeBytes);
      if (!taken) throw refuse("it is truncated", { byte: reader.position });
      return taken;
    },
  };
}

async function describe(
  before: Described,
  { type, sizeBytes, name }: { type: string; sizeBytes: number; name: string },
  reader: TarReader,
  ledger: MemberLedger,
  refuse: ArchiveRefusal,
): Promise<Described> {
  const byte = reader.position;
  if (sizeBytes > mostDescriptionBytes) throw refuse(`a header has ${sizeBytes} bytes; ${mostDescriptionBytes} is the most`, { byte });
  if (type === "K") throw refuse("it is a link", { member: name, byte });
  ledger.spend(tarBlockBytes + sizeBytes);
  const bytes = await reader.exactly(sizeBytes);
  await reader.exactly(paddingOf(sizeBytes));
  if (type === "L") {
    if (before.longName !== undefined || before.path !== undefined) throw refuse("a member has two long names", { byte });
    return { ...before, longName: tarText(bytes, refuse, byte) };
  }
  const values = readPaxRecords(bytes, byte, refuse);
  if (type === "g") {
    if (values.path !== undefined || values.sizeBytes !== undefined) throw refuse("a header gives one name or size to all members", { byte });
    return before;
  }
  if (before.pax || (before.longName !== undefined && values.path !== undefined)) throw refuse("a member is described twice", { byte });
  return { ...before, ...values, pax: true };
}

async function* readContent(reader: TarReader, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; ) {
    const piece = (await reader.some(left)) ?? (await reader.exactly(left));
    left -= piece.length;
    yield piece;
  }
}

/** The second block of zeros, and nothing but zeros to the end: what hangs behind would be read by some and not by others. */
async function readEnd(reader: TarReader, refuse: ArchiveRefusal): Promise<void> {
  const start = reader.position;
  const second = await reader.exactly(tarBlockBytes);
  if (!isZero(second)) throw refuse("there is more behind its end", { byte: start });
  for (let piece = await reader.some(mostDescriptionBytes); piece; piece = await reader.some(mostDescriptionBytes)) {
    if (!isZero(piece) || reader.position - start > mostPaddingBytes) throw refuse("there is more behind its end", { byte: start });
  }
}

function paddingOf(sizeBytes: number): number {
  return (tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
