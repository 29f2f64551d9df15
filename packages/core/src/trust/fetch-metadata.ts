import { TenfoldError } from "@tenfold/catalog";
import { fetchDocument } from "../catalogs/fetch-document.ts";
import { untrusted } from "./trust-refusal.ts";

/**
 * Metadata of at most so many bytes; undefined when the hub has none of that name.
 * @throws TenfoldError `catalog-unreachable`; `untrusted-catalog` for a longer answer, which is not read to its end.
 */
export async function fetchMetadata(
  fetch: typeof globalThis.fetch,
  url: string,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return await fetchDocument(fetch, url, limitBytes, signal);
  } catch (error) {
    if (TenfoldError.is(error, "catalog-unreachable") && (error.details?.status === 404 || error.details?.status === 403)) return undefined;
    if (TenfoldError.is(error, "invalid-manifest")) throw untrusted("too-long", error.message, error);
    throw error;
  }
}
