/** The first bytes of deflated data, at most `mostBytes`; fewer when it ends or is damaged before. */
export async function inflateHead(packed: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  const stream = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const head = new Uint8Array(mostBytes);
  let filled = 0;
  try {
    while (filled < mostBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, mostBytes - filled);
      head.set(part, filled);
      filled += part.length;
    }
  } catch {
    // The input stops in the middle on purpose; what came before it is what was asked for.
  }
  await reader.cancel().catch(() => undefined);
  return head.subarray(0, filled);
}
