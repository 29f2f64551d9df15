import { resolve } from "node:path";
import { type Artifact, type Evidence, type Source, TenfoldError } from "@tenfold/catalog";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Log } from "../log.ts";
import { createDocument, type NewDocument } from "../publishing/create-document.ts";
import { toolName } from "../tool-name.ts";
import type { StarterArtifact } from "./starter-schema.ts";

export interface TakenInArtifact {
  readonly artifact: Artifact;
  /** Present when the hub now holds the bytes. */
  readonly stored?: { readonly path: string; readonly chunkList: NewDocument };
}

export interface TakeInOptions {
  readonly store: ArtifactStore;
  readonly starterFolder: string;
  readonly log: Log;
  readonly clock: () => Date;
}

/**
 * Turns what a starter catalog says of a file into what the hub knows of it. A local file is stored and hashed, and what
 * was read is `verified`. A file that is missing, or is not what the catalog says, is refused: the artifact is then listed
 * with the claims alone, and without this hub among its sources.
 */
export async function takeInArtifact(claims: StarterArtifact, { store, starterFolder, log, clock }: TakeInOptions): Promise<TakenInArtifact> {
  const added = claims.file === undefined ? undefined : await add(claims, claims.file);
  if (added === undefined) return { artifact: claimed(claims) };

  const { chunkList } = added;
  const document = createDocument("chunkList", chunkList);
  const evidence: Evidence = { kind: "verified", by: "hub", at: clock().toISOString(), tool: toolName };
  const others = claims.sources.filter(({ kind }) => kind !== "hub");
  return {
    artifact: {
      path: claims.path,
      role: claims.role,
      sources: [{ kind: "hub" }, ...others],
      sizeBytes: { value: chunkList.sizeBytes, evidence },
      sha256: { value: chunkList.sha256, evidence },
      chunkList: { value: document.sha256, evidence },
      ...(claims.archive && { archive: claims.archive }),
    },
    stored: { path: added.path, chunkList: document },
  };

  async function add({ sizeBytes, sha256 }: StarterArtifact, file: string) {
    try {
      return await store.add(resolve(starterFolder, file), { sizeBytes, sha256 });
    } catch (error) {
      if (!TenfoldError.is(error)) throw error;
      log.warn(`${claims.path} is listed but not served by this hub: ${error.message}`);
      return undefined;
    }
  }
}

function claimed({ path, role, sources, sizeBytes, sha256, claimedBy = "the starter catalog", archive }: StarterArtifact): Artifact {
  const evidence: Evidence = { kind: "claimed", by: claimedBy };
  return {
    path,
    role,
    sources: sources.filter((source: Source) => source.kind !== "hub"),
    ...(sizeBytes === undefined ? {} : { sizeBytes: { value: sizeBytes, evidence } }),
    ...(sha256 === undefined ? {} : { sha256: { value: sha256, evidence } }),
    ...(archive && { archive }),
  };
}
