/** Where pieces of a text begin and end, two numbers each. */
export interface Pieces {
  bounds: Int32Array;
  /** Numbers used in `bounds`: twice the number of pieces. */
  length: number;
}

export function createPieces(): Pieces {
  return { bounds: new Int32Array(256), length: 0 };
}

export function pushPiece(pieces: Pieces, start: number, end: number): void {
  if (pieces.length === pieces.bounds.length) {
    const larger = new Int32Array(pieces.length * 2);
    larger.set(pieces.bounds);
    pieces.bounds = larger;
  }
  pieces.bounds[pieces.length] = start;
  pieces.bounds[pieces.length + 1] = end;
  pieces.length += 2;
}

/** Cuts the valid UTF-8 in `[start, end)`; nothing outside is looked at. Appends the pieces, none of them empty. */
export type Splitter = (bytes: Uint8Array, start: number, end: number, pieces: Pieces) => void;
