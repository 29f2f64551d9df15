export interface MeasureBandwidthOptions {
  /** Milliseconds that never go back. */
  now: () => number;
  /** Of the block that is copied; beyond any cache. Default 64 MiB. */
  sizeBytes?: number;
  /** The best of so many copies counts: others' work only ever slows one down. Default 5. */
  copies?: number;
}

/**
 * Bytes per second that one thread moves, read and written together, found by copying memory. Takes some 100 ms and twice `sizeBytes`.
 * @returns undefined where the clock is too coarse to tell.
 */
export function measureMemoryBandwidth({ now, sizeBytes = 64 * 1024 * 1024, copies = 5 }: MeasureBandwidthOptions): number | undefined {
  // Pages that were never written share one page of zeros, which would be read from the cache.
  const source = new Uint8Array(sizeBytes).fill(1);
  const target = new Uint8Array(sizeBytes).fill(2);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let copy = 0; copy < copies; copy += 1) {
    const startMs = now();
    target.set(source);
    bestMs = Math.min(bestMs, now() - startMs);
  }
  return bestMs > 0 && Number.isFinite(bestMs) ? (2 * sizeBytes * 1000) / bestMs : undefined;
}
