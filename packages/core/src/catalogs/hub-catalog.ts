import {
  type ChannelId,
  type ChunkList,
  channelSchema,
  chunkListSchema,
  manifestSchema,
  parseJson,
  type Release,
  releaseSchema,
  TenfoldError,
} from "@tenfold/catalog";
import type * as z from "zod/mini";
import type { Log } from "../contract/log.ts";
import { digestOf } from "../platform/digest-of.ts";
import type { Platform } from "../platform/platform.ts";
import type { ModelSource } from "../registry/model-source.ts";
import { fetchDocument } from "./fetch-document.ts";

export interface HubCatalogOptions {
  /** Address of the hub: "https://hub.example.org". */
  url: string;
  /** Default `stable`. */
  channel?: ChannelId;
}

/** What one hub publishes. Its id is its address. */
export interface HubCatalog extends ModelSource {
  readonly hubUrl: string;
  /**
   * The newest release: asked from the hub once, and again after `refresh`; from the last visit while the hub is out of reach.
   * @throws TenfoldError `catalog-unreachable` when there is neither.
   */
  release(signal?: AbortSignal): Promise<Release>;
  chunkList(sha256: string, signal?: AbortSignal): Promise<ChunkList>;
  /** Forgets what was asked in this process, so that the next call asks the hub again. */
  refresh(): void;
}

const channelLimitBytes = 64 * 1024;
const documentLimitBytes = 64 * 1024 * 1024;

/** Reads a hub's catalog. Documents named by digest are fetched once, verified and kept. */
export function createHubCatalog({ url, channel = "stable" }: HubCatalogOptions, platform: Platform, log: Log): HubCatalog {
  const base = checkedUrl(url);
  const channelPath = `catalogs/${encodeURIComponent(base)}/${channel}.json`;
  let current: Promise<Release> | undefined;

  async function document<Schema extends z.core.$ZodType>(
    schema: Schema,
    sha256: string,
    limitBytes: number,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<z.output<Schema>> {
    const path = `catalogs/documents/${sha256}.json`;
    const kept = await platform.files.stat(path);
    const bytes = kept ? await platform.files.read(path) : await fetchDocument(platform.fetch, `${base}/catalog/sha256/${sha256}`, limitBytes, signal);
    const found = await digestOf(platform, bytes);
    if (found !== sha256) {
      await platform.files.remove(path);
      // A damaged copy of ours is worth a second try at the hub, once.
      if (kept) return document(schema, sha256, limitBytes, what, signal);
      throw new TenfoldError("digest-mismatch", `${base} sends another ${what} than it names: SHA-256 ${found}, expected ${sha256}.`);
    }
    const parsed = parseJson(schema, new TextDecoder().decode(bytes), what);
    if (!kept) await platform.files.writeAtomic(path, bytes);
    return parsed;
  }

  async function readChannel(signal: AbortSignal | undefined) {
    const what = `channel ${channel} of ${base}`;
    try {
      const bytes = await fetchDocument(platform.fetch, `${base}/catalog/channels/${channel}.json`, channelLimitBytes, signal);
      const parsed = parseJson(channelSchema, new TextDecoder().decode(bytes), what);
      await platform.files.writeAtomic(channelPath, bytes);
      return parsed;
    } catch (error) {
      if (!TenfoldError.is(error, "catalog-unreachable") || !(await platform.files.stat(channelPath))) throw error;
      log("warning", `${error.message} Using what it published when it was last seen.`);
      return parseJson(channelSchema, new TextDecoder().decode(await platform.files.read(channelPath)), what);
    }
  }

  const catalog: HubCatalog = {
    id: base,
    hubUrl: base,
    list: async (signal) => (await catalog.release(signal)).models,
    async release(signal) {
      current ??= readChannel(signal).then(({ release }) =>
        document(releaseSchema, release.sha256, Math.min(release.sizeBytes, documentLimitBytes), `release of ${base}`, signal),
      );
      try {
        return await current;
      } catch (error) {
        current = undefined;
        throw error;
      }
    },
    async manifest(model, signal) {
      const entry = (await catalog.release(signal)).models.find(({ id }) => id === model);
      if (!entry) return undefined;
      const { sha256, sizeBytes } = entry.manifest;
      return { sha256, manifest: await document(manifestSchema, sha256, Math.min(sizeBytes, documentLimitBytes), `manifest of ${model}`, signal) };
    },
    chunkList: (sha256, signal) => document(chunkListSchema, sha256, documentLimitBytes, "chunk list", signal),
    refresh() {
      current = undefined;
    },
  };
  return catalog;
}

function checkedUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new TenfoldError("invalid-input", `${url} is not the address of a hub.`, { remedy: "Give an address that begins with https:// or http://." });
  }
  return url.replace(/\/+$/, "");
}
