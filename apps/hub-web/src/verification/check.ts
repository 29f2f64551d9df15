/** What one look at a variant found. */
export interface Check {
  readonly name: "files" | "format" | "metadata" | "tokenizer" | "chat template" | "framework" | "generation";
  /** `noted`: true, and worth a person's attention, but no reason to refuse. */
  readonly outcome: "passed" | "failed" | "noted" | "skipped";
  /** In plain words, for people. */
  readonly detail: string;
}

/** A file as it was read. */
export interface VerifiedFile {
  readonly path: string;
  /** "this hub", or the host that it came from. */
  readonly from: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly chunkListSha256: string;
  /** What was claimed before. */
  readonly claimedSizeBytes?: number;
  readonly claimedSha256?: string;
}
