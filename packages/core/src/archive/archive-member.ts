/** A file of an archive. */
export interface ArchiveMember {
  /** Relative, forward slashes, checked: it leads nowhere but into the target folder. */
  path: string;
  sizeBytes: number;
  /** Its bytes, once, exactly `sizeBytes` of them. What is left of them when the next member is asked for is read and dropped. */
  content: AsyncGenerator<Uint8Array>;
}

/** Reads what a consumer left, so that the end of a member is checked and reached. */
export async function drain(content: AsyncGenerator<Uint8Array>): Promise<void> {
  while (!(await content.next()).done);
}
