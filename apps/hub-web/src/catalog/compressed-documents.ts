import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Database } from "../database/open-database.ts";
import type { Log } from "../log.ts";
import { createRecent } from "./recent.ts";

const compress = promisify(brotliCompress);

/** Below this, headers weigh more than what is saved. */
const smallestBytes = 1024;
/** Up to here the best quality, which takes about a second for a megabyte; beyond, a quick one. */
const bestUpToBytes = 2 * 1024 * 1024;
/** What is asked for again and again is answered without the database. */
const mostKeptBytes = 64 * 1024 * 1024;

/** Published documents as Brotli writes them. They never change, so each is written once, for all processes and all time. */
export interface CompressedDocuments {
  /** Nothing while it has not been made. */
  find(sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Makes it after the answer that was asked for; nobody waits for it. */
  makeLater(sha256: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Resolves when nothing is being made. */
  settled(): Promise<void>;
}

export function createCompressedDocuments(database: Database, log: Log): CompressedDocuments {
  const making = new Map<string, Promise<void>>();

  async function make(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const quality = bytes.byteLength <= bestUpToBytes ? constants.BROTLI_MAX_QUALITY : 6;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength };
    const compressed = new Uint8Array(await compress(bytes, { params }));
    await database.compressedDocument.createMany({ data: [{ sha256, bytes: compressed }], skipDuplicates: true });
  }

  const kept = createRecent<Uint8Array<ArrayBuffer>>(mostKeptBytes);

  return {
    async find(sha256) {
      const bytes = kept.get(sha256) ?? (await database.compressedDocument.findUnique({ where: { sha256 } }))?.bytes;
      if (bytes) kept.set(sha256, bytes, bytes.byteLength);
      return bytes;
    },
    makeLater(sha256, bytes) {
      if (bytes.byteLength < smallestBytes || making.has(sha256)) return;
      const job = make(sha256, bytes)
        .catch((error: unknown) => log.warn(`document ${sha256} was not compressed: ${String(error)}`))
        .finally(() => making.delete(sha256));
      making.set(sha256, job);
    },
    async settled() {
      await Promise.all(making.values());
    },
  };
}
