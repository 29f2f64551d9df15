/** What an archive may hold at the most. */
export interface ArchiveLimits {
  /** Files and folders. */
  members: number;
  /** Bytes of all files together. */
  totalBytes: number;
  /** Bytes of all files for each byte of the archive. Deflate reaches 1032 on zeros; models and their texts stay under 20. */
  ratio: number;
  /** An archive may always hold this much, so that a small file of repetitions is no bomb. */
  anyRatioBytes: number;
}

export const defaultArchiveLimits: Readonly<ArchiveLimits> = {
  members: 10_000,
  totalBytes: 256 * 1024 ** 3,
  ratio: 100,
  anyRatioBytes: 16 * 1024 ** 2,
};
