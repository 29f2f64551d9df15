/** The digest by which measurements name a model's weights: that of its largest file. */
export function weightsOf(files: readonly { sha256?: string; sizeBytes: number }[]): string | undefined {
  return [...files].sort((left, right) => right.sizeBytes - left.sizeBytes)[0]?.sha256;
}
