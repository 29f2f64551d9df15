import type { ChunkList } from "@tenfold/catalog";
import { createFileHasher } from "../src/downloads/file-hasher.ts";
import type { Platform } from "../src/platform/platform.ts";
import type { InstallRecord } from "../src/store/records.ts";
import { createStore } from "../src/store/store.ts";

export interface StoredFile {
  path: string;
  bytes: Uint8Array;
}

export function chunkListOf(platform: Platform, bytes: Uint8Array): Promise<ChunkList> {
  const hasher = createFileHasher(platform);
  hasher.update(bytes);
  return hasher.finish();
}

/** Puts a complete, verified file into the store, as a finished download does. Returns its digest. */
export async function storeBlob(platform: Platform, bytes: Uint8Array): Promise<string> {
  const { blobs } = createStore(platform);
  const chunkList = await chunkListOf(platform, bytes);
  if (await blobs.intact(chunkList.sha256)) return chunkList.sha256;
  await storePartial(platform, chunkList.sha256, bytes);
  await blobs.complete(chunkList);
  return chunkList.sha256;
}

export async function storePartial(platform: Platform, sha256: string, bytes: Uint8Array): Promise<void> {
  const file = await platform.files.open(createStore(platform).blobs.partialPath(sha256));
  await file.write(bytes, 0);
  await file.close();
}

/** Installs a variant of the given files, with nothing fetched and nothing validated. */
export async function storeModel(platform: Platform, model: string, variant: string, files: readonly StoredFile[]): Promise<InstallRecord> {
  const stored = await Promise.all(files.map(async ({ path, bytes }) => ({ path, sizeBytes: bytes.length, sha256: await storeBlob(platform, bytes) })));
  const record: InstallRecord = {
    schemaVersion: 1,
    model,
    name: `Model ${model}`,
    variant: { id: variant, format: "gguf", artifacts: files.map(({ path }) => ({ path, role: "weights", sources: [] })) },
    hubUrl: "http://127.0.0.1:9",
    manifestSha256: "0".repeat(64),
    installedAt: platform.clock.timestamp(),
    files: stored,
    metadata: { format: "gguf" },
  };
  await createStore(platform).record(record);
  return record;
}
