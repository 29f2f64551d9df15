/** Bounds on what a tokenizer's files may ask for: several times what the largest published ones use. */
export const limits = {
  /** Bytes of a file, unpacked. */
  fileBytes: 256 * 1024 * 1024,
  tokens: 4 * 1024 * 1024,
  merges: 4 * 1024 * 1024,
  addedTokens: 64 * 1024,
  /** Bytes of all tokens of a vocabulary together. */
  vocabularyBytes: 256 * 1024 * 1024,
  /** Bytes of one token where text is matched against all tokens at each place: the time that takes is their product. */
  matchedTokenBytes: 1024,
  /** Sequences inside sequences, of normalizers and the like. */
  nesting: 16,
  /** Steps of one kind, in all sequences together. */
  steps: 256,
  patternCharacters: 16 * 1024,
} as const;
