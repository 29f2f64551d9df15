import { asciiAt } from "./folder.ts";
import type { ModelFile } from "./format-handler.ts";
import { type Refusal, shown } from "./invalid-format.ts";

/** A file inside a zip, and where its bytes lie in it. */
export interface ZipEntry {
  name: string;
  method: "stored" | "deflated";
  /** Bytes as they lie in the zip. */
  start: number;
  packedBytes: number;
  sizeBytes: number;
  /** As the directory claims. */
  crc32: number;
  flags: number;
  externalAttributes: number;
  /** Where the file's own header lies. */
  headerStart: number;
}

const mostEntries = 65_536;
const mostDirectoryBytes = 16 * 1024 * 1024;
const endBytes = 22;
const mostCommentBytes = 65_535;

/**
 * Reads a zip's directory, of either generation, and each file's own header, and checks that they agree, that no two files share
 * bytes and that no name leads out of a folder.
 * @throws TenfoldError `invalid-format`.
 */
export async function readZipDirectory(file: ModelFile, refuse: Refusal, signal?: AbortSignal): Promise<ZipEntry[]> {
  const { start, end, count } = await findDirectory(file, refuse);
  if (count > mostEntries) throw refuse(`it holds ${count} files; ${mostEntries} is the most`, { file: file.path });
  if (end - start > mostDirectoryBytes) throw refuse(`its directory has ${end - start} bytes; ${mostDirectoryBytes} is the most`, { file: file.path });
  const view = viewOf(await file.read({ start, end }));
  if (view.byteLength < end - start) throw refuse("its directory is cut off", { file: file.path, byte: start });
  const listed: ListedEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = readListed(view, at, start, file, refuse);
    listed.push(entry);
    at += entry.recordBytes;
  }
  if (at !== view.byteLength) throw refuse("its directory is longer than what it lists", { file: file.path, byte: start + at });
  return locate(
    listed.sort((a, b) => a.headerStart - b.headerStart),
    start,
    file,
    refuse,
    signal,
  );
}

async function findDirectory(file: ModelFile, refuse: Refusal): Promise<{ start: number; end: number; count: number }> {
  const where = { file: file.path };
  const tailStart = Math.max(0, file.sizeBytes - endBytes - mostCommentBytes);
  const tail = viewOf(await file.read({ start: tailStart, end: file.sizeBytes }));
  let at = tail.byteLength - endBytes;
  // The comment, which may hold anything, must reach exactly to the end.
  while (at >= 0 && !(tail.getUint32(at, true) === 0x06054b50 && at + endBytes + tail.getUint16(at + 20, true) === tail.byteLength)) at -= 1;
  if (at < 0) throw refuse("it has no zip directory at its end; it is no zip or is truncated", where, "Download the file again; it was not received whole.");
  if (tail.getUint16(at + 4, true) !== 0 || tail.getUint16(at + 6, true) !== 0) throw refuse("it is one part of several zips", where);
  let [count, sizeBytes, start, end] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true), tailStart + at];
  if (count === 0xffff || sizeBytes === 0xffffffff || start === 0xffffffff) {
    const locator = at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50 ? uint64(tail, at - 12) : -1;
    if (locator < 0 || locator + 56 > end - 20) throw refuse("the place of its directory is missing", where);
    const record = viewOf(await file.read({ start: locator, end: locator + 56 }));
    if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) throw refuse("the place of its directory is wrong", { ...where, byte: locator });
    [count, sizeBytes, start, end] = [uint64(record, 32), uint64(record, 40), uint64(record, 48), locator];
  }
  if (start + sizeBytes !== end) throw refuse(`its directory claims bytes ${start} to ${start + sizeBytes} and ends at ${end}`, { ...where, byte: end });
  return { start, end, count };
}

interface ListedEntry extends Omit<ZipEntry, "start"> {
  recordBytes: number;
}

function readListed(view: DataView, at: number, directoryStart: number, file: ModelFile, refuse: Refusal): ListedEntry {
  const where = { file: file.path, byte: directoryStart + at };
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) throw refuse("its directory lists less than it claims", where);
  const [nameBytes, extraBytes, commentBytes] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
  const recordBytes = 46 + nameBytes + extraBytes + commentBytes;
  if (at + recordBytes > view.byteLength) throw refuse("an entry of its directory is cut off", where);
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes));
  if (!isInside(name)) throw refuse(`the name ${shown(name)} leads out of its folder or is none`, where);
  if (view.getUint16(at + 8, true) & 1) throw refuse(`${shown(name)} is encrypted`, where);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw refuse(`${shown(name)} is packed by the method ${method}, expected none or deflate`, where);
  const sizes = { sizeBytes: view.getUint32(at + 24, true), packedBytes: view.getUint32(at + 20, true), headerStart: view.getUint32(at + 42, true) };
  const large = readLarge(view, at + 46 + nameBytes, extraBytes, sizes);
  if (!large) throw refuse(`the sizes of ${shown(name)} are missing`, where);
  if (method === 0 && large.sizeBytes !== large.packedBytes) throw refuse(`${shown(name)} is not packed and yet has two sizes`, where);
  const claims = { crc32: view.getUint32(at + 16, true), flags: view.getUint16(at + 8, true), externalAttributes: view.getUint32(at + 38, true) };
  return { name, method: method === 0 ? "stored" : "deflated", ...large, ...claims, recordBytes };
}

type Sizes = Pick<ListedEntry, "sizeBytes" | "packedBytes" | "headerStart">;

/** The 64-bit values, in this order, of those that do not fit in 32. */
function readLarge(view: DataView, start: number, extraBytes: number, sizes: Sizes): Sizes | undefined {
  const missing = (["sizeBytes", "packedBytes", "headerStart"] as const).filter((key) => sizes[key] === 0xffffffff);
  if (missing.length === 0) return sizes;
  for (let at = start; at + 4 <= start + extraBytes; at += 4 + view.getUint16(at + 2, true)) {
    const bytes = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== 1 || bytes < 8 * missing.length || at + 4 + bytes > start + extraBytes) continue;
    const found = { ...sizes };
    for (const [index, key] of missing.entries()) found[key] = uint64(view, at + 4 + 8 * index);
    return found;
  }
  return undefined;
}

async function locate(listed: readonly ListedEntry[], limit: number, file: ModelFile, refuse: Refusal, signal?: AbortSignal): Promise<ZipEntry[]> {
  const names = new Set<string>();
  const entries: ZipEntry[] = [];
  let end = 0;
  for (const { recordBytes: _, ...entry } of listed) {
    signal?.throwIfAborted();
    const { headerStart } = entry;
    const where = { file: file.path, byte: headerStart, name: entry.name };
    if (names.has(entry.name)) throw refuse(`${shown(entry.name)} occurs twice`, where);
    names.add(entry.name);
    if (headerStart < end) throw refuse(`${shown(entry.name)} shares bytes with the file before it`, where);
    const header = await file.read({ start: headerStart, end: headerStart + 30 });
    const view = viewOf(header);
    if (headerStart + 30 > limit || view.byteLength < 30 || asciiAt(header, 0, 4) !== "PK\u0003\u0004")
      throw refuse(`${shown(entry.name)} is not where it should be`, where);
    const start = headerStart + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    end = start + entry.packedBytes;
    if (end > limit) throw refuse(`${shown(entry.name)} reaches beyond the files`, where);
    const own = new TextDecoder().decode(await file.read({ start: headerStart + 30, end: headerStart + 30 + view.getUint16(26, true) }));
    if (own !== entry.name) throw refuse(`${shown(entry.name)} calls itself ${shown(own)}`, where);
    entries.push({ ...entry, start });
  }
  return entries;
}

function isInside(name: string): boolean {
  return name !== "" && !/^\/|\\|:|\0/.test(name) && !name.split("/").includes("..");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
