/** Where things lie in one buffer that grows. */
export interface BufferSpace {
  /** @returns where the bytes begin. */
  take(bytes: number): number;
  giveBack(offset: number, bytes: number): void;
  /** The end of what ever lay furthest back. */
  peakBytes(): number;
}

interface FreeBlock {
  offset: number;
  bytes: number;
}

const alignmentBytes = 32;
const aligned = (bytes: number) => Math.ceil(bytes / alignmentBytes) * alignmentBytes;

/** Takes the smallest gap that is large enough, the last of equals; else the buffer grows. */
export function createBufferSpace(): BufferSpace {
  /** By offset, no two adjoining; the last one is the rest of memory. */
  const free: FreeBlock[] = [{ offset: 0, bytes: Number.POSITIVE_INFINITY }];
  let peakBytes = 0;
  return {
    take(asked) {
      const bytes = aligned(asked);
      let best = free.length - 1;
      for (const [index, block] of free.entries()) if (block.bytes >= bytes && block.bytes <= sizeOf(free[best])) best = index;
      const block = free[best] ?? { offset: 0, bytes };
      const { offset } = block;
      block.offset += bytes;
      block.bytes -= bytes;
      if (block.bytes === 0) free.splice(best, 1);
      peakBytes = Math.max(peakBytes, offset + bytes);
      return offset;
    },
    giveBack(offset, asked) {
      const bytes = aligned(asked);
      const at = free.findIndex((block) => block.offset > offset);
      const [before, after] = [free[at - 1], free[at]];
      const joinsBefore = before !== undefined && before.offset + before.bytes === offset;
      const joinsAfter = after !== undefined && after.offset === offset + bytes;
      const joined = {
        offset: joinsBefore ? before.offset : offset,
        bytes: bytes + (joinsBefore ? before.bytes : 0) + (joinsAfter ? after.bytes : 0),
      };
      free.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), joined);
    },
    peakBytes: () => peakBytes,
  };
}

const sizeOf = (block: FreeBlock | undefined) => block?.bytes ?? 0;
