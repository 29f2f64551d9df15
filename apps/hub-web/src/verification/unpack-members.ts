import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Archive, TenfoldError } from "@tenfold/catalog";
import { linkOrCopy } from "../artifacts/link-or-copy.ts";
import { type UnpackedFile, unpackArchive } from "../artifacts/unpack-archive.ts";
import type { JobContext } from "../jobs/job-kind.ts";
import type { BroughtFile } from "./bring-artifact.ts";

/** The files of a model as clients will have them: what archives hold stands in their place. */
export type UnpackedMembers =
  | { readonly refusal?: never; readonly folder: string; readonly files: readonly UnpackedFile[] }
  /** Why an archive is not what is listed of it. */
  | { readonly refusal: string };

/** Unpacks the archives among a variant's files and holds every member to its listed size and digest. */
export async function unpackMembers(files: readonly BroughtFile[], folder: string, job: JobContext): Promise<UnpackedMembers> {
  const plain = ({ artifact: { path }, location, chunkList: { sizeBytes, sha256 } }: BroughtFile) => ({ path, location, sizeBytes, sha256 });
  if (files.every(({ artifact }) => artifact.archive === undefined)) return { folder, files: files.map(plain) };
  // Beside what was brought: a member may be called as an archive is.
  const into = `${folder}.unpacked`;
  await mkdir(into, { recursive: true });
  const found: UnpackedFile[] = [];
  for (const file of files) {
    const { path, archive } = file.artifact;
    if (archive === undefined) {
      const location = join(into, path);
      await mkdir(dirname(location), { recursive: true });
      await linkOrCopy(file.location, location);
      found.push({ ...plain(file), location });
      continue;
    }
    const onProgress = (doneBytes: number, totalBytes: number) => job.progress({ stage: `unpacking ${path}`, doneBytes, totalBytes });
    try {
      const { files: members } = await unpackArchive(file.location, into, { name: path, signal: job.signal, onProgress });
      const wrong = differences(archive, members);
      if (wrong.length > 0) return { refusal: `${path} does not hold what is listed: ${wrong.slice(0, 5).join("; ")}.` };
      job.log(`unpacked ${members.length} files of ${path}`);
      found.push(...members);
    } catch (error) {
      job.signal.throwIfAborted();
      if (!TenfoldError.is(error, "invalid-format", "unsupported-format")) throw error;
      return { refusal: error.message };
    }
  }
  return { folder: into, files: found };
}

function differences({ members }: Archive, found: readonly UnpackedFile[]): string[] {
  const there = new Map(found.map((file) => [file.path, file]));
  const wrong = members.flatMap(({ path, sizeBytes, sha256 }) => {
    const file = there.get(path);
    there.delete(path);
    if (file === undefined) return [`${path} is not in it`];
    if (file.sizeBytes !== sizeBytes) return [`${path} has ${file.sizeBytes} bytes, and not ${sizeBytes}`];
    return file.sha256 === sha256 ? [] : [`${path} has the SHA-256 ${file.sha256}, and not ${sha256}`];
  });
  return [...wrong, ...[...there.keys()].map((path) => `${path} is not listed`)];
}
