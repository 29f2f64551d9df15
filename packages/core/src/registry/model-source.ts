import type { ChunkList, Manifest, ReleaseEntry, Revocation } from "@tenfold/catalog";

/** A model in a list. A source that makes manifests when they are asked for has none to name. */
export type ModelEntry = Omit<ReleaseEntry, "manifest"> & Partial<Pick<ReleaseEntry, "manifest">>;

export interface FoundManifest {
  manifest: Manifest;
  /** Of the document that the source publishes. */
  sha256: string;
}

/** Somewhere that models are listed: a hub, this device's own list, a service that a plug-in knows. */
export interface ModelSource {
  /** Names the source to people and programs: the address of a hub, "registered". */
  readonly id: string;
  /** Models whose address begins with it and a colon, "hf:owner/name", are this source's and are asked of no other. */
  readonly scheme?: string;
  /** Address that the manifests' hub sources are resolved against; absent for a source that serves no files itself. */
  readonly hubUrl?: string;
  /** Everything there is; nothing from a source too large to list, which is searched instead. @throws TenfoldError `catalog-unreachable` when that cannot be known. */
  list(signal?: AbortSignal): Promise<readonly ModelEntry[]>;
  /** For a source that is too large to list: what fits a text. Absent: the registry searches the list. */
  search?(text: string, signal?: AbortSignal): Promise<readonly ModelEntry[]>;
  /** @param model a catalog id, or an address of the source's scheme. */
  manifest(model: string, signal?: AbortSignal): Promise<FoundManifest | undefined>;
  /** What must no longer be used, as far as it is known: also while the source is out of reach. */
  revocations?(signal?: AbortSignal): Promise<readonly Revocation[]>;
  /** A chunk list that one of its manifests names. */
  chunkList?(sha256: string, signal?: AbortSignal): Promise<ChunkList>;
}
