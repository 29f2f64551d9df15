import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { TenfoldError } from "@tenfold/catalog";
import { digestOf } from "../platform/digest-of.ts";
import type { Platform } from "../platform/platform.ts";
import type { RepositoryFile } from "./repository.ts";

export interface HashOptions {
  platform: Platform;
  /** One that takes no endless answers. */
  fetch: typeof globalThis.fetch;
  /** Address of a file at the commit. */
  urlOf: (path: string) => string;
}

/** Files that Git itself holds are small: the Hub refuses larger ones. */
const mostBytes = 16 * 1024 * 1024;
const mostTotalBytes = 128 * 1024 * 1024;
const atOnce = 4;

/**
 * SHA-256 of files that the Hub names by Git's id only, found by reading them once: each must have the id that the commit gives it.
 * Files beyond the bounds have none, and none has any where the repository is not shown to this account.
 * @returns digests by path.
 * @throws TenfoldError `digest-mismatch` for bytes that are not the commit's, `catalog-unreachable`.
 */
export async function hashSmallFiles(files: readonly RepositoryFile[], options: HashOptions): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  let totalBytes = 0;
  const wanted = files.filter(({ sizeBytes, gitId }) => {
    if (gitId === undefined || sizeBytes > mostBytes || totalBytes + sizeBytes > mostTotalBytes) return false;
    totalBytes += sizeBytes;
    return true;
  });
  for (let start = 0; start < wanted.length; start += atOnce) {
    const batch = await Promise.all(wanted.slice(start, start + atOnce).map((file) => hash(file, options)));
    for (const [path, sha256] of batch) if (sha256 !== undefined) digests.set(path, sha256);
    if (batch.some(([, sha256]) => sha256 === undefined)) break;
  }
  return digests;
}

async function hash({ path, sizeBytes, gitId }: RepositoryFile, { platform, fetch, urlOf }: HashOptions): Promise<[string, string | undefined]> {
  let response: Response;
  try {
    response = await fetch(urlOf(path));
  } catch (error) {
    if (TenfoldError.is(error, "unauthorized")) return [path, undefined];
    throw error;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = sha1
    .create()
    .update(new TextEncoder().encode(`blob ${bytes.length}\0`))
    .update(bytes)
    .digest();
  if (bytes.length !== sizeBytes || bytesToHex(found) !== gitId) {
    throw new TenfoldError("digest-mismatch", `The Hub sends another ${path} than its commit names.`, {
      stage: "discovery",
      remedy: "Try again later; if it stays so, do not use this repository.",
    });
  }
  return [path, await digestOf(platform, bytes)];
}
