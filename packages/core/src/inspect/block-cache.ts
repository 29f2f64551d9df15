/** A run of bytes of a file. */
export interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface BlockCache {
  /** The block that holds the byte at a position. */
  find(position: number): Block | undefined;
  add(block: Block): Block;
}

const mostBytes = 16 * 1024 * 1024;

/** Keeps what was used last, up to 16 MiB and always the newest block. */
export function createBlockCache(): BlockCache {
  /** The one used last comes last. */
  let blocks: Block[] = [];
  return {
    find(position) {
      const found = blocks.find(({ start, bytes }) => position >= start && position < start + bytes.length);
      if (found) blocks = [...blocks.filter((block) => block !== found), found];
      return found;
    },
    add(block) {
      blocks.push(block);
      let keptBytes = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
      while (keptBytes > mostBytes && blocks.length > 1) keptBytes -= blocks.shift()?.bytes.length ?? 0;
      return block;
    },
  };
}
