import { createHash } from "node:crypto";
import { mkdir, open, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ArchiveKind, TenfoldError } from "@tenfold/catalog";
import { readArchive } from "@tenfold/core/archive";
import { openLocalFile } from "./open-local-file.ts";

/** A file that came out of an archive. */
export interface UnpackedFile {
  readonly path: string;
  readonly location: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UnpackOptions {
  /** As people know the archive, for messages. */
  readonly name: string;
  readonly signal: AbortSignal;
  onProgress(doneBytes: number, totalBytes: number): void;
}

/** What stays free of the disk whatever an archive holds. */
export const spareBytes = 256 * 1024 * 1024;

/**
 * Unpacks an archive into a folder, hashing each file on the way. Nothing is written outside of it, and no more than the limits of `@tenfold/core/archive`
 * and the disk allow.
 * @throws TenfoldError `unsupported-format` for what is no archive, `invalid-format` for what leads out of the folder, is no plain file, lies about itself
 *   or is a bomb, `disk-full`; the signal's reason when aborted.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  { name, signal, onProgress }: UnpackOptions,
): Promise<{ kind: ArchiveKind; files: UnpackedFile[] }> {
  const source = await openLocalFile(archive);
  const kind = await archiveKindOf(archive);
  if (kind === undefined) throw new TenfoldError("unsupported-format", `${name} is no zip, tar or tar.gz.`);
  const found: UnpackedFile[] = [];
  const onRead = ({ readBytes, totalBytes }: { readBytes: number; totalBytes: number }) => onProgress(readBytes, totalBytes);
  for await (const { path, sizeBytes, content } of readArchive(source, { kind, name, signal, onProgress: onRead })) {
    await requireSpace(folder, sizeBytes);
    const location = join(folder, path);
    await mkdir(dirname(location), { recursive: true });
    const hash = createHash("sha256");
    const file = await open(location, "wx");
    try {
      for await (const piece of content) {
        await file.writeFile(piece);
        hash.update(piece);
      }
    } finally {
      await file.close();
    }
    found.push({ path, location, sizeBytes, sha256: hash.digest("hex") });
  }
  return { kind, files: found };
}

/** By its first bytes: names lie. */
export async function archiveKindOf(location: string): Promise<ArchiveKind | undefined> {
  const head = Buffer.from(await (await openLocalFile(location)).read({ start: 0, end: 512 }));
  if (head.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004", "latin1"))) return "zip";
  if (head.subarray(0, 2).equals(Buffer.of(0x1f, 0x8b))) return "tar.gz";
  return head.subarray(257, 262).toString("latin1") === "ustar" ? "tar" : undefined;
}

/** Whether a file is to be read as an archive: some formats of models are zips by themselves, so that its name decides. */
export function isArchiveName(name: string): boolean {
  return /\.(?:zip|tar|tgz|tar\.gz)$/i.test(name);
}

/** @throws TenfoldError `disk-full` */
export async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes + spareBytes) return;
  throw new TenfoldError("disk-full", `The hub's disk has ${bavail * bsize} bytes left, and ${neededBytes + spareBytes} are needed.`, {
    remedy: "Free some space, then start the job again.",
  });
}
