/** Something that bytes can be read from at any position: a file, a blob, a URL that takes ranges. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Bytes `[start, end)`, fewer when the source ends before. */
  read(range: { start: number; end: number }): Promise<Uint8Array>;
}
