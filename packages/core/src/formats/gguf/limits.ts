/** Bounds on what a header may ask for, so that reading a hostile file takes bounded time and memory. */
export interface GgufLimits {
  /** Bytes from the start of the file to the end of the tensor list. */
  headerBytes: number;
  metadataEntries: number;
  tensors: number;
  keyBytes: number;
  /** The format's own bound: 64 with the terminating zero of C. */
  tensorNameBytes: number;
  stringBytes: number;
  arrayElements: number;
  alignmentBytes: number;
  /** Bytes of small weights that validation reads to look for NaN and infinity. */
  checkedWeightBytes: number;
}

/** Several times what the largest published models use. */
export const defaultGgufLimits: GgufLimits = {
  headerBytes: 128 * 1024 * 1024,
  metadataEntries: 65_536,
  tensors: 65_536,
  keyBytes: 65_535,
  tensorNameBytes: 63,
  stringBytes: 16 * 1024 * 1024,
  arrayElements: 4 * 1024 * 1024,
  alignmentBytes: 1024 * 1024,
  checkedWeightBytes: 8 * 1024 * 1024,
};
