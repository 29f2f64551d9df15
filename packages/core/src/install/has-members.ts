import type { Archive } from "@tenfold/catalog";
import type { Blobs } from "../store/blobs.ts";

/** Whether the store holds every member of an archive, whole and verified. Those that somebody touched are hashed. */
export async function hasMembers({ members }: Archive, blobs: Blobs, options: { signal?: AbortSignal; onDamage?: (path: string) => void }): Promise<boolean> {
  let whole = true;
  for (const { sha256, path } of members) {
    if (await blobs.intact(sha256)) continue;
    const { bad, chunkList } = await blobs.verify(sha256, options.signal);
    if (chunkList && bad.length === 0 && (await blobs.intact(sha256))) continue;
    if (chunkList) options.onDamage?.(path);
    whole = false;
  }
  return whole;
}
