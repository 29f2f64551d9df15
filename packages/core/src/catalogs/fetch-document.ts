import { TenfoldError } from "@tenfold/catalog";
import { shownUrl } from "../downloads/follow.ts";

/**
 * Fetches a small document whole.
 * @throws TenfoldError `catalog-unreachable` when there is no usable answer or it is longer than `limitBytes`.
 */
export async function fetchDocument(fetch: typeof globalThis.fetch, url: string, limitBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { ...(signal ? { signal } : {}), headers: { accept: "application/json" } });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new TenfoldError("catalog-unreachable", `${shownUrl(url)} answers ${response.status} ${response.statusText}.`, {
        details: { status: response.status },
      });
    }
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    // Not every browser can loop over a stream.
    const reader = response.body.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        sizeBytes += next.value.length;
        if (sizeBytes > limitBytes) throw new TenfoldError("invalid-manifest", `${shownUrl(url)} is longer than the ${limitBytes} bytes it may have.`);
        pieces.push(next.value);
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
    return concatenate(pieces, sizeBytes);
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw TenfoldError.from(cause, "catalog-unreachable", `Cannot reach ${shownUrl(url)}`);
  }
}

function concatenate(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}
