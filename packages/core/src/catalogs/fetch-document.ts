import { TenfoldError } from "@tenfold/catalog";
import { shownUrl } from "../downloads/follow.ts";
import { type GetResponse, getByFetch } from "../platform/get.ts";

/**
 * Fetches a small document whole.
 * @throws TenfoldError `catalog-unreachable` when there is no usable answer or it is longer than `limitBytes`.
 */
export async function fetchDocument(fetch: typeof globalThis.fetch, url: string, limitBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    const request = { headers: new Headers({ accept: "application/json" }), signal: signal ?? new AbortController().signal, redirect: "follow" } as const;
    const response = await getByFetch(fetch)(new URL(url), request);
    if (response.status < 200 || response.status > 299) {
      await response.cancel();
      throw new TenfoldError("catalog-unreachable", `${shownUrl(url)} answers ${response.status} ${response.statusText}.`, {
        details: { status: response.status },
      });
    }
    return await readBody(response, limitBytes, shownUrl(url));
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw TenfoldError.from(cause, "catalog-unreachable", `Cannot reach ${shownUrl(url)}`);
  }
}

/** @throws TenfoldError `invalid-manifest` for a body longer than `limitBytes`. */
export async function readBody(body: Pick<GetResponse, "read" | "cancel">, limitBytes: number, where: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for (let piece = await body.read(); piece; piece = await body.read()) {
      sizeBytes += piece.length;
      if (sizeBytes > limitBytes) throw new TenfoldError("invalid-manifest", `${where} is longer than the ${limitBytes} bytes it may have.`);
      // It is valid until the next call.
      pieces.push(piece.slice());
    }
  } finally {
    await body.cancel();
  }
  return concatenate(pieces, sizeBytes);
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
