import type { Platform } from "../platform/platform.ts";
import type { Blobs } from "./blobs.ts";
import { scanRecords } from "./scan-records.ts";

export interface VerifyOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { verifiedBytes: number; totalBytes: number }) => void;
}

export interface DamagedFile {
  sha256: string;
  sizeBytes: number;
  /** Under which names models have it. */
  usedBy: { model: string; variant: string; path: string }[];
  /** Byte ranges that are not what they should be; the whole file when it is missing. */
  badChunks: { start: number; end: number }[];
  missing: boolean;
}

export interface VerifyReport {
  files: number;
  verifiedBytes: number;
  damaged: DamagedFile[];
}

/** Hashes every file of every installed model, or of one, whatever its stamp says. A pull repairs what is found. */
export async function verifyFiles(platform: Platform, blobs: Blobs, model: string | undefined, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { signal, onProgress } = options;
  const { records } = await scanRecords(platform.files, model);
  const wanted = new Map<string, { sizeBytes: number; usedBy: DamagedFile["usedBy"] }>();
  for (const { model: id, variant, files } of records) {
    for (const { sha256, sizeBytes, path } of files) {
      const entry = wanted.get(sha256) ?? { sizeBytes, usedBy: [] };
      entry.usedBy.push({ model: id, variant: variant.id, path });
      wanted.set(sha256, entry);
    }
  }
  const totalBytes = [...wanted.values()].reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const report: VerifyReport = { files: wanted.size, verifiedBytes: 0, damaged: [] };
  for (const [sha256, { sizeBytes, usedBy }] of wanted) {
    signal?.throwIfAborted();
    const found = await platform.files.stat(blobs.dataPath(sha256));
    const bad = found ? (await blobs.verify(sha256, signal)).bad.map(({ start, end }) => ({ start, end: end ?? sizeBytes })) : [{ start: 0, end: sizeBytes }];
    // Bytes behind the end belong to no chunk.
    if (found && found.sizeBytes > sizeBytes) bad.push({ start: sizeBytes, end: found.sizeBytes });
    if (bad.length > 0) report.damaged.push({ sha256, sizeBytes, usedBy, badChunks: bad, missing: !found });
    report.verifiedBytes += sizeBytes;
    onProgress?.({ verifiedBytes: report.verifiedBytes, totalBytes });
  }
  return report;
}
