import { canonicalJson, type Manifest, manifestSchema } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Platform } from "../platform/platform.ts";
import { readRecord } from "../store/records.ts";

/** Changes when the same repository would be described in another way. */
const rules = 1;

const keptSchema = z.object({ rules: z.number(), commit: z.string(), gated: z.boolean(), manifest: manifestSchema });

/** Manifests that were made here, so that the same commit is not read twice and has one digest. */
export interface KeptManifests {
  get(id: string, commit: string, gated: boolean): Promise<Manifest | undefined>;
  put(commit: string, manifest: Manifest): Promise<void>;
}

export function createKeptManifests({ files }: Platform, endpoint: string): KeptManifests {
  const pathOf = (id: string) => `catalogs/${encodeURIComponent(endpoint)}/${id}.json`;
  return {
    async get(id, commit, gated) {
      if (!(await files.stat(pathOf(id)))) return undefined;
      // What cannot be read is made again.
      const kept = await files
        .read(pathOf(id))
        .then((bytes) => readRecord(keptSchema, bytes, pathOf(id)))
        .catch(() => undefined);
      return kept?.rules === rules && kept.commit === commit && kept.gated === gated ? kept.manifest : undefined;
    },
    async put(commit, manifest) {
      const kept = { rules, commit, gated: manifest.licence.gated, manifest };
      await files.writeAtomic(pathOf(manifest.id), new TextEncoder().encode(canonicalJson(kept)));
    },
  };
}
