import { type Artifact, type ListedMember, TenfoldError } from "@tenfold/catalog";
import type { ArchiveMember } from "../archive/archive-member.ts";
import { readArchive } from "../archive/read-archive.ts";
import { createFileHasher } from "../downloads/file-hasher.ts";
import type { Platform } from "../platform/platform.ts";
import type { Blobs } from "../store/blobs.ts";

export interface ExtractMembersOptions {
  platform: Platform;
  blobs: Blobs;
  signal?: AbortSignal;
  onProgress?: (progress: { readBytes: number; totalBytes: number }) => void;
}

/**
 * Makes blobs of an archive's members, each verified while it is unpacked: nothing but what is listed, and all of it.
 * @throws TenfoldError `invalid-format` for a bad archive or a member that is not listed or absent, `size-mismatch` and
 * `digest-mismatch` for one that is not as listed, `disk-full`, `storage-failed`.
 */
export async function extractMembers(artifact: Artifact, options: ExtractMembersOptions): Promise<void> {
  const { platform, blobs, signal } = options;
  const { archive } = artifact;
  if (!archive) return;
  const listed = new Map(archive.members.map((member) => [member.path, member]));
  const totalBytes = archive.members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const dataPath = blobs.dataPath(artifact.sha256?.value ?? "");
  const source = {
    sizeBytes: (await platform.files.stat(dataPath))?.sizeBytes ?? 0,
    read: (range: { start: number; end: number }) => platform.files.read(dataPath, range),
  };
  const readOptions = {
    kind: archive.kind,
    name: artifact.path,
    ...(signal ? { signal } : {}),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  };
  await preflight(artifact, totalBytes, platform);
  for await (const member of readArchive(source, readOptions)) {
    const expected = listed.get(member.path);
    if (!expected) throw refuse("invalid-format", artifact, `holds ${member.path}, which is not listed`);
    if (member.sizeBytes !== expected.sizeBytes) {
      throw refuse("size-mismatch", artifact, `has ${member.sizeBytes} bytes of ${member.path}; the catalog says ${expected.sizeBytes}`);
    }
    await storeMember(member, expected, artifact, options);
    listed.delete(member.path);
  }
  const [missing] = listed.keys();
  if (missing !== undefined) throw refuse("invalid-format", artifact, `does not hold ${missing}, which is listed`);
}

async function preflight({ path }: Artifact, neededBytes: number, { files }: Platform): Promise<void> {
  const freeBytes = await files.freeBytes();
  if (freeBytes === undefined || neededBytes <= freeBytes) return;
  const message = `The files of ${path} need ${neededBytes} bytes; ${freeBytes} are free.`;
  throw new TenfoldError("disk-full", message, { stage: "extraction", details: { neededBytes, freeBytes } });
}

function refuse(code: "invalid-format" | "size-mismatch" | "digest-mismatch", { path }: Artifact, message: string): TenfoldError {
  const remedy = "Do not use this archive. It or the catalog is wrong: tell the hub's curators.";
  return new TenfoldError(code, `${path} ${message}.`, { stage: "extraction", remedy, details: { file: path } });
}

async function storeMember(member: ArchiveMember, { sha256 }: ListedMember, artifact: Artifact, options: ExtractMembersOptions): Promise<void> {
  const { platform, blobs, signal } = options;
  const { files } = platform;
  const lock = await blobs.lock(sha256, signal ? { signal } : {});
  try {
    if (await blobs.intact(sha256)) return;
    // A damaged file is written over where it lies, so that whatever else shows it is repaired too.
    if (await files.stat(blobs.dataPath(sha256))) await blobs.reopen(sha256);
    const hasher = createFileHasher(platform);
    const file = await files.open(blobs.partialPath(sha256));
    try {
      let position = 0;
      for await (const bytes of member.content) {
        hasher.update(bytes);
        await file.write(bytes, position);
        position += bytes.length;
      }
      await file.truncate(member.sizeBytes);
    } finally {
      await file.close();
    }
    const chunkList = await hasher.finish();
    if (chunkList.sha256 !== sha256) {
      await files.remove(blobs.partialPath(sha256));
      throw refuse("digest-mismatch", artifact, `holds another ${member.path} than the catalog lists`);
    }
    await blobs.complete(chunkList);
  } finally {
    await lock.release();
  }
}
