import { TenfoldError } from "@tenfold/catalog";
import type { ByteSource } from "../formats/gguf/byte-source.ts";
import type { Files } from "../platform/files.ts";
import type { ArchiveMember } from "./archive-member.ts";
import { type ReadArchiveOptions, readArchive } from "./read-archive.ts";

export interface ExtractedFile {
  /** Relative to the target folder. */
  path: string;
  sizeBytes: number;
}

export interface ExtractArchiveOptions extends ReadArchiveOptions {
  /** Where the target folder lies. */
  files: Files;
  /** Which members are unpacked. Default: all. The others are checked, and count, all the same. */
  wants?: (path: string) => boolean;
}

/**
 * Unpacks an archive into a folder that does not exist yet: all of it, or no folder.
 * @throws TenfoldError as {@link readArchive} does, `invalid-input` when the target exists, `disk-full`, `storage-failed`.
 */
export async function extractArchive(
  source: ByteSource,
  target: string,
  { files, wants = () => true, ...options }: ExtractArchiveOptions,
): Promise<ExtractedFile[]> {
  if (await files.stat(target)) throw new TenfoldError("invalid-input", `${target} is there already.`, { stage: "extraction" });
  const draft = `${target}.${crypto.randomUUID()}.new`;
  const extracted: ExtractedFile[] = [];
  try {
    for await (const member of readArchive(source, options)) {
      if (!wants(member.path)) continue;
      await writeMember(files, `${draft}/${member.path}`, member);
      extracted.push({ path: member.path, sizeBytes: member.sizeBytes });
    }
    await show(files, draft, target, extracted);
  } catch (error) {
    await files.remove(draft);
    throw error;
  }
  return extracted;
}

async function writeMember(files: Files, path: string, { content }: ArchiveMember): Promise<void> {
  const file = await files.open(path);
  try {
    let position = 0;
    for await (const bytes of content) {
      await file.write(bytes, position);
      position += bytes.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function show(files: Files, draft: string, target: string, extracted: readonly ExtractedFile[]): Promise<void> {
  if (files.location && extracted.length > 0) return files.rename(draft, target);
  // Browsers move files, not folders.
  try {
    for (const { path } of extracted) await files.rename(`${draft}/${path}`, `${target}/${path}`);
  } catch (error) {
    await files.remove(target);
    throw error;
  }
  await files.remove(draft);
}
