import type { ChunkList, Manifest, ReleaseEntry } from "@tenfold/catalog";

export interface FoundManifest {
  manifest: Manifest;
  /** Of the document that the source publishes. */
  sha256: string;
}

/** Somewhere that models are listed: a hub, this device's own list, a service that a plug-in knows. */
export interface ModelSource {
  /** Names the source to people and programs: the address of a hub, "registered". */
  readonly id: string;
  /** Address that the manifests' hub sources are resolved against; absent for a source that serves no files itself. */
  readonly hubUrl?: string;
  /** Everything there is. @throws TenfoldError `catalog-unreachable` when that cannot be known. */
  list(signal?: AbortSignal): Promise<readonly ReleaseEntry[]>;
  /** For a source that is too large to list: what fits a text. Absent: the registry searches the list. */
  search?(text: string, signal?: AbortSignal): Promise<readonly ReleaseEntry[]>;
  manifest(model: string, signal?: AbortSignal): Promise<FoundManifest | undefined>;
  /** A chunk list that one of its manifests names. */
  chunkList?(sha256: string, signal?: AbortSignal): Promise<ChunkList>;
}
