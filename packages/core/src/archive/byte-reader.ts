/** Takes exact amounts from bytes that arrive in pieces of any size. */
export interface ByteReader {
  /** Bytes taken so far. */
  readonly position: number;
  /** At most this many, at least one; undefined at the end. */
  some(mostBytes: number): Promise<Uint8Array | undefined>;
  /** Exactly this many; undefined when the bytes end before. */
  exactly(sizeBytes: number): Promise<Uint8Array | undefined>;
}

export function createByteReader(pieces: AsyncIterator<Uint8Array>): ByteReader {
  let rest: Uint8Array = new Uint8Array();
  let position = 0;

  async function some(mostBytes: number): Promise<Uint8Array | undefined> {
    while (rest.length === 0) {
      const { done, value } = await pieces.next();
      if (done) return undefined;
      rest = value;
    }
    const piece = rest.subarray(0, mostBytes);
    rest = rest.subarray(piece.length);
    position += piece.length;
    return piece;
  }

  return {
    get position() {
      return position;
    },
    some,
    async exactly(sizeBytes) {
      const bytes = new Uint8Array(sizeBytes);
      for (let filled = 0; filled < sizeBytes; ) {
        const piece = await some(sizeBytes - filled);
        if (!piece) return undefined;
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return bytes;
    },
  };
}
