import type { ByteSource } from "../formats/gguf/byte-source.ts";
import { readZipDirectory, type ZipEntry } from "../formats/zip-directory.ts";
import { type ArchiveMember, drain } from "./archive-member.ts";
import { inflate, readPieces, type StreamContext } from "./byte-streams.ts";
import { createCrc32 } from "./crc32.ts";
import type { MemberLedger } from "./member-ledger.ts";

const flags = { encrypted: 0x1, sizesFollow: 0x8, patched: 0x20, strongEncryption: 0x40, hiddenHeaders: 0x2000 } as const;
const dosFolder = 0x10;

/**
 * The files of a zip, in the order in which they lie. Its directory is read first, so that everything but the content
 * is checked before the first file is given out.
 * @throws TenfoldError `invalid-format` from the iteration.
 */
export async function* readZip(source: ByteSource, ledger: MemberLedger, context: StreamContext & { name: string }): AsyncGenerator<ArchiveMember> {
  const { refuse, signal, name } = context;
  const whole = { path: name, sizeBytes: source.sizeBytes, read: (range = { start: 0, end: source.sizeBytes }) => source.read(range) };
  const entries = await readZipDirectory(
    whole,
    (message, where = {}) =>
      refuse(message, { ...(where.name === undefined ? {} : { member: where.name }), ...(where.byte === undefined ? {} : { byte: where.byte }) }),
    signal,
  );
  const listed: { path: string; entry: ZipEntry }[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    await checkEntry(entry, source, context);
    if (!isFolder(entry)) listed.push({ entry, path: ledger.file(entry.name, entry.sizeBytes) });
    else if (entry.sizeBytes > 0 || !entry.name.endsWith("/")) throw refuse("it is a folder and has bytes, or no folder's name", { member: entry.name });
    else ledger.folder(entry.name);
  }
  for (const { path, entry } of listed) {
    const content = readContent(entry, source, context);
    try {
      yield { path, sizeBytes: entry.sizeBytes, content };
      await drain(content);
    } finally {
      await content.return(undefined);
    }
  }
}

/** What the directory does not show, and whether the file's own header says the same. */
async function checkEntry(entry: ZipEntry, source: ByteSource, { refuse }: StreamContext): Promise<void> {
  const { name, headerStart } = entry;
  const where = { member: name, byte: headerStart };
  if (name.includes("\ufffd")) throw refuse("its name is not UTF-8", where);
  const kind = (entry.externalAttributes >>> 16) & 0xf000;
  if (kind === 0xa000) throw refuse("it is a symbolic link", where);
  if (kind !== 0 && kind !== 0x8000 && kind !== 0x4000) throw refuse("it is neither a file nor a folder", where);

  const header = await source.read({ start: headerStart, end: headerStart + 30 });
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const ownFlags = view.getUint16(6, true);
  if ((ownFlags | entry.flags) & (flags.encrypted | flags.strongEncryption | flags.hiddenHeaders)) throw refuse("it is encrypted", where);
  if ((ownFlags | entry.flags) & flags.patched) throw refuse("it is a patch of another file", where);
  if (view.getUint16(8, true) !== (entry.method === "stored" ? 0 : 8)) throw refuse("its header and the directory name different methods", where);
  const own = { crc32: view.getUint32(14, true), packedBytes: view.getUint32(18, true), sizeBytes: view.getUint32(22, true) };
  for (const key of ["crc32", "packedBytes", "sizeBytes"] as const) {
    const unknownYet = (ownFlags & flags.sizesFollow) !== 0 && own[key] === 0;
    const elsewhere = key !== "crc32" && own[key] === 0xffffffff;
    if (!unknownYet && !elsewhere && own[key] !== entry[key]) throw refuse("its header and the directory say different things of its content", where);
  }
}

function isFolder({ name, externalAttributes }: ZipEntry): boolean {
  return name.endsWith("/") || ((externalAttributes >>> 16) & 0xf000) === 0x4000 || (externalAttributes & dosFolder) !== 0;
}

async function* readContent(entry: ZipEntry, source: ByteSource, context: StreamContext): AsyncGenerator<Uint8Array> {
  const where = { member: entry.name };
  const packed = readPieces(source, entry.start, entry.start + entry.packedBytes, context);
  const crc = createCrc32();
  let sizeBytes = 0;
  for await (const bytes of entry.method === "stored" ? packed : inflate(packed, "deflate-raw", { ...context, member: entry.name })) {
    sizeBytes += bytes.length;
    if (sizeBytes > entry.sizeBytes) throw context.refuse(`it has more than the ${entry.sizeBytes} bytes that it claims`, where);
    crc.update(bytes);
    yield bytes;
  }
  if (sizeBytes < entry.sizeBytes) throw context.refuse(`it has ${sizeBytes} bytes and claims ${entry.sizeBytes}`, where);
  if (crc.digest() !== entry.crc32) throw context.refuse("its checksum is wrong", where);
}
