import { type ChunkList, TenfoldError } from "@tenfold/catalog";

/** @throws TenfoldError `size-mismatch` or `digest-mismatch` when a file is not what was expected. */
export function refuseUnlike(found: ChunkList, expected: { sizeBytes?: number | undefined; sha256?: string | undefined }, path: string): void {
  if (expected.sizeBytes !== undefined && expected.sizeBytes !== found.sizeBytes) {
    throw new TenfoldError("size-mismatch", `${path} has ${found.sizeBytes} bytes, expected ${expected.sizeBytes}`);
  }
  if (expected.sha256 !== undefined && expected.sha256 !== found.sha256) {
    throw new TenfoldError("digest-mismatch", `${path} has the SHA-256 ${found.sha256}, expected ${expected.sha256}`);
  }
}
