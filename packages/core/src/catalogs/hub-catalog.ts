import {
  type ChannelId,
  type ChunkList,
  chunkListSchema,
  type DocumentReference,
  manifestSchema,
  parse,
  parseJson,
  type Release,
  type Revocation,
  releaseSchema,
  releaseTargetSchema,
  TenfoldError,
} from "@tenfold/catalog";
import type * as z from "zod/mini";
import type { Log } from "../contract/log.ts";
import { digestOf } from "../platform/digest-of.ts";
import type { Platform } from "../platform/platform.ts";
import type { ModelSource } from "../registry/model-source.ts";
import { isPassedOver } from "../registry/passed-over.ts";
import type { LastKnown, TrustClient, TrustClientOptions, Trusted } from "../trust/trust-client.ts";
import { fetchDocument } from "./fetch-document.ts";
import { hubAddress } from "./hub-address.ts";

export interface HubCatalogOptions {
  /** Address of the hub: "https://hub.example.org". */
  url: string;
  /** Default `stable`. */
  channel?: ChannelId;
  /**
   * SHA-256 of the root that the hub must be known by. Default: the one it was added with to this store, else the one it shows at
   * the first visit, which is logged as a warning and holds from then on.
   */
  rootFingerprint?: string;
  /** As {@link TrustClientOptions}. */
  carried?: TrustClientOptions["carried"];
}

export interface PublishedRelease {
  release: Release;
  /** Of the release's document. */
  sha256: string;
  trusted: Trusted;
}

/** What one hub publishes and its keys vouch for. Its id is its address. */
export interface HubCatalog extends ModelSource {
  readonly hubUrl: string;
  /**
   * The newest release: asked from the hub once, and again after `refresh`; from the last visit while the hub is out of reach.
   * @throws TenfoldError `catalog-unreachable` when there is neither, or what is left of the last visit has run out;
   * `untrusted-catalog` or `expired-catalog` when what the hub answers may not be believed.
   */
  release(signal?: AbortSignal): Promise<Release>;
  /** The same release with what vouches for it. */
  published(signal?: AbortSignal): Promise<PublishedRelease>;
  /** What the hub's keys vouch for, asked from the hub now. */
  trusted(signal?: AbortSignal): Promise<Trusted>;
  revocations(signal?: AbortSignal): Promise<readonly Revocation[]>;
  chunkList(sha256: string, signal?: AbortSignal): Promise<ChunkList>;
  /** Forgets what was asked in this process, so that the next call asks the hub again. */
  refresh(): void;
}

/** Most bytes of anything that a hub publishes but files. */
export const documentLimitBytes = 64 * 1024 * 1024;

/** Reads a hub's catalog. Documents named by digest are fetched once, verified and kept. */
export function createHubCatalog({ url, channel = "stable", rootFingerprint, carried }: HubCatalogOptions, platform: Platform, log: Log): HubCatalog {
  const base = hubAddress(url);
  let opening: Promise<TrustClient> | undefined;
  let current: Promise<PublishedRelease> | undefined;

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

  /** The client comes with the first use: an application that only runs what it has needs none. */
  function openTrust(): Promise<TrustClient> {
    opening ??= import("../trust/index.ts").then(async ({ createHubList, createTrustClient, trustFolder }) => {
      const added = rootFingerprint === undefined ? (await createHubList(platform).list()).find((hub) => hub.url === base) : undefined;
      return createTrustClient({
        metadataUrl: `${base}/tuf`,
        folder: trustFolder(base),
        platform,
        fingerprint: rootFingerprint ?? added?.rootFingerprint,
        carried,
      });
    });
    return opening;
  }

  async function trusted(signal: AbortSignal | undefined): Promise<Trusted> {
    const found = await (await openTrust()).refresh(signal);
    if (found.isFirstUse) {
      const keys = found.isDevelopment ? " Its keys are for development: they prove nothing about who it is." : "";
      log("warning", `Trusting ${base} from now on by the root it shows at this first visit, ${found.rootFingerprint}.${keys}`);
    }
    return found;
  }

  /** What was published when the hub was last seen, for as long as that may be relied on. */
  async function lastKnown(error: unknown): Promise<LastKnown> {
    const known = await (await openTrust()).lastKnown();
    if (!TenfoldError.is(error, "catalog-unreachable") || !known) throw error;
    if (Date.parse(known.expires) <= Date.parse(platform.clock.timestamp())) {
      throw new TenfoldError("catalog-unreachable", `${error.message} What it published when it was last seen held until ${known.expires}.`, { cause: error });
    }
    log("warning", `${error.message} Using what it published when it was last seen.`);
    return known;
  }

  async function readPublished(signal: AbortSignal | undefined): Promise<PublishedRelease> {
    const known = await trusted(signal).catch(lastKnown);
    return { ...(await openRelease(newestRelease(known.targets), signal)), trusted: known };
  }

  async function openRelease(reference: DocumentReference | undefined, signal: AbortSignal | undefined): Promise<Omit<PublishedRelease, "trusted">> {
    if (!reference) throw new TenfoldError("catalog-unreachable", `${base} has published nothing in the channel ${channel}.`);
    const { sha256, sizeBytes } = reference;
    return { release: await document(releaseSchema, sha256, Math.min(sizeBytes, documentLimitBytes), `release of ${base}`, signal), sha256 };
  }

  function newestRelease(targets: Trusted["targets"]): DocumentReference | undefined {
    const releases = [...targets].flatMap(([path, { length, hashes, custom }]) => {
      if (!path.startsWith("releases/")) return [];
      const { number, channels } = parse(releaseTargetSchema, custom, `signed entry of ${path}`);
      return channels.includes(channel) ? [{ number, sha256: hashes.sha256, sizeBytes: length }] : [];
    });
    return releases.sort((left, right) => right.number - left.number)[0];
  }

  /** Revocations outlive everything: they hold although the hub is out of reach, and however old they are. */
  async function lastRevocations(): Promise<readonly Revocation[]> {
    const known = await (await openTrust()).lastKnown();
    const reference = known && newestRelease(known.targets);
    if (!reference || !(await platform.files.stat(`catalogs/documents/${reference.sha256}.json`))) return [];
    return (await openRelease(reference, undefined)).release.revocations ?? [];
  }

  const catalog: HubCatalog = {
    id: base,
    hubUrl: base,
    list: async (signal) => (await catalog.release(signal)).models,
    release: async (signal) => (await catalog.published(signal)).release,
    async published(signal) {
      current ??= readPublished(signal);
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
    trusted,
    async revocations(signal) {
      try {
        return (await catalog.release(signal)).revocations ?? [];
      } catch (error) {
        if (!isPassedOver(error)) throw error;
        return lastRevocations();
      }
    },
    chunkList: (sha256, signal) => document(chunkListSchema, sha256, documentLimitBytes, "chunk list", signal),
    refresh() {
      current = undefined;
    },
  };
  return catalog;
}
