/** What a context takes beside the weights. */
export interface ContextMemory {
  /** Keys, values and recurrent states. */
  cacheBytes: number;
  computeBytes: number;
}

/** What llama.cpp writes to its log while it makes a context; MiB with two decimals. */
const bufferLine = /(KV|RS|compute|output) buffer size = +(\d+\.\d+) MiB/;
const mebibyte = 1024 * 1024;

/**
 * llama.cpp's own accounting of a context, from its log, where alone it tells caches and buffers apart. The log rounds to a hundredth of a
 * MiB and the sum does not, so that what is not cache follows from the sum; the buffer for the answers' logits is not in the sum.
 * @param totalBytes what llama.cpp states for caches and compute buffers together; absent where it does not.
 * @returns undefined when the lines are not all there, or do not add up to the sum: then they are of some other context, too.
 */
export function readContextMemory(lines: readonly string[], totalBytes: number | undefined): ContextMemory | undefined {
  const bytes = { KV: 0, RS: 0, compute: 0, output: 0 };
  let found = 0;
  for (const line of lines) {
    const [, kind, mebibytes] = bufferLine.exec(line) ?? [];
    if (!kind || !mebibytes) continue;
    bytes[kind as keyof typeof bytes] += Math.round(Number(mebibytes) * mebibyte);
    found += 1;
  }
  const cacheBytes = bytes.KV + bytes.RS;
  const sum = totalBytes ?? cacheBytes + bytes.compute;
  if (bytes.compute === 0 || Math.abs(cacheBytes + bytes.compute - sum) > found * 0.006 * mebibyte) return undefined;
  return { cacheBytes, computeBytes: Math.max(0, sum - cacheBytes) + bytes.output };
}
