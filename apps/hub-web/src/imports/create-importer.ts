import { join } from "node:path";
import { type Manifest, TenfoldError } from "@tenfold/catalog";
import type { ModelMetadata } from "@tenfold/core";
import { createHuggingFaceSource, type HuggingFaceSource } from "@tenfold/core/hugging-face";
import { fileNameOfUrl, inspectFiles, inspectModel, openRemoteFile } from "@tenfold/core/inspect";
import { nodePlatform } from "@tenfold/core/node";
import type { Fetcher } from "../fetching/create-fetcher.ts";
import type { Credentials } from "./credentials.ts";
import { describeByMetadata } from "./describe-by-metadata.ts";
import { manifestOfFile } from "./manifest-of-file.ts";
import { type ImportAddress, readImportAddress } from "./read-address.ts";

/** A repository that a search found. */
export interface FoundRepository {
  readonly name: string;
  readonly publisher: string;
  readonly licence: string;
  readonly formats: readonly string[];
}

/** Asks upstreams what they have. Changes nothing here. */
export interface Importer {
  /** Of the Hugging Face Hub, or the server that stands in for it. */
  readonly endpoint: string;
  readonly kaggleEndpoint: string;
  search(text: string, signal?: AbortSignal): Promise<FoundRepository[]>;
  /** What an address that somebody typed means. */
  read(address: string): ImportAddress;
  /**
   * What an upstream says of a model, with what the headers of its files say, read by ranges where they lie. Everything in it is a claim.
   * @throws TenfoldError `invalid-input`, `unknown-model`, `unauthorized`, `unsupported-format`, `invalid-format`, `catalog-unreachable`, …
   */
  describe(address: string, signal?: AbortSignal): Promise<Manifest>;
  /** What the upstream's branch is at now, for a repository that was imported. */
  look(repository: string, signal?: AbortSignal): Promise<Manifest | undefined>;
}

export interface ImporterOptions {
  readonly fetcher: Fetcher;
  readonly credentials: Credentials;
  readonly endpoint: string;
  readonly kaggleEndpoint: string;
  /** For what was read of upstreams already. */
  readonly folder: string;
}

const limits = { mostBytes: 256 * 1024 * 1024, timeoutMs: 120_000 };
/** Headers are read of so many variants; the others are of the same model, and verification reads them all. */
const mostInspected = 4;

export function createImporter({ fetcher, credentials, endpoint, kaggleEndpoint, folder }: ImporterOptions): Importer {
  const platform = nodePlatform({ home: join(folder, "upstreams"), fetch: fetcher.limited(limits) });

  async function source(): Promise<HuggingFaceSource> {
    const token = await credentials.tokenFor(new URL(endpoint).origin);
    return createHuggingFaceSource({ platform, endpoint, ...(token !== undefined && { token }) });
  }

  const read = (text: string) => readImportAddress(text, endpoint, kaggleEndpoint);

  async function describeRepository(repository: string, file: string | undefined, signal: AbortSignal | undefined): Promise<Manifest> {
    const huggingFace = await source();
    const entry = await huggingFace.manifest(`hf:${repository}`, signal);
    if (entry === undefined)
      throw new TenfoldError("unknown-model", `There is no ${repository} on ${new URL(endpoint).host}.`, {
        remedy: "Check the spelling, and whether it is private.",
      });
    const { manifest } = entry;
    const chosen = file === undefined ? manifest.variants : manifest.variants.filter(({ artifacts }) => artifacts.some(({ path }) => path === file));
    if (chosen.length === 0) throw new TenfoldError("unknown-model", `${repository} has no model in the file ${file}.`);
    const found = new Map<string, ModelMetadata>();
    for (const variant of chosen.slice(0, mostInspected)) {
      const metadata = await inspect(huggingFace, repository, variant.id, signal);
      if (metadata !== undefined) found.set(variant.id, metadata);
    }
    return describeByMetadata({ ...manifest, variants: chosen }, found);
  }

  /** Nothing for formats that do not say; a damaged file is told at once. */
  async function inspect(huggingFace: HuggingFaceSource, repository: string, variant: string, signal: AbortSignal | undefined) {
    try {
      return (await inspectModel({ repository: `hf:${repository}`, variant }, { platform, huggingFace, ...(signal && { signal }) })).metadata;
    } catch (error) {
      if (TenfoldError.is(error, "unsupported-format")) return undefined;
      throw error;
    }
  }

  async function describeFile(url: string, signal: AbortSignal | undefined): Promise<Manifest> {
    const headers = await credentials.headersFor(url);
    const path = fileNameOfUrl(url);
    const file = await openRemoteFile({ platform, path, source: { url, ...(headers && { headers }) }, ...(signal && { signal }) });
    const { metadata } = await inspectFiles([file], signal ? { signal } : {});
    return manifestOfFile({ url, path, sizeBytes: file.sizeBytes, metadata, at: platform.clock.timestamp() });
  }

  return {
    endpoint,
    kaggleEndpoint,
    async search(text, signal) {
      const entries = (await (await source()).search?.(text, signal)) ?? [];
      return entries.map(({ name, publisher, licence, formats }) => ({ name, publisher, licence, formats }));
    },
    read,
    async describe(text, signal) {
      const address = read(text);
      if (address.kind === "archive" || address.kind === "kaggle") throw new TenfoldError("invalid-input", "An archive has to be read whole, by a job.");
      return address.kind === "hugging-face" ? describeRepository(address.repository, address.file, signal) : describeFile(address.url, signal);
    },
    async look(repository, signal) {
      return (await (await source()).manifest(`hf:${repository}`, signal))?.manifest;
    },
  };
}
