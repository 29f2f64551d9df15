import { canonicalJson, type Manifest, TenfoldError } from "@tenfold/catalog";
import { safeParse } from "zod/mini";
import { matchVariant } from "../discovery/match-variant.ts";
import { resolveSource } from "../downloads/source.ts";
import { openRemoteFile, type RemoteFile } from "../inspect/remote-file.ts";
import { digestOf } from "../platform/digest-of.ts";
import type { Platform } from "../platform/platform.ts";
import { parseModelAddress } from "../registry/model-address.ts";
import type { ModelEntry, ModelSource } from "../registry/model-source.ts";
import { buildManifest } from "./build-manifest.ts";
import { capabilitiesOf, isLanguageModel, licenceOf } from "./describe-repository.ts";
import { groupVariants } from "./group-variants.ts";
import { hashSmallFiles } from "./hash-small-files.ts";
import { type HubClient, loadHubClient } from "./hub-client.ts";
import { createHubFetch } from "./hub-fetch.ts";
import { createKeptManifests } from "./kept-manifests.ts";
import { type Repository, type RepositoryFile, readRepository, readTree, remedy, repositorySchema } from "./repository.ts";
import { idOfRepository, parseRepositoryAddress, repositoryOfId, scheme } from "./repository-address.ts";

export interface HuggingFaceOptions {
  platform: Platform;
  /** Another server that speaks the Hub's protocol. Default: the public Hub. */
  endpoint?: string;
  /** For gated and private repositories. Goes to the endpoint only. */
  token?: string;
  /** Most models that a search finds. Default 30. */
  searchLimit?: number;
  /** How `@huggingface/hub` is loaded, for bundlers that must see the import. */
  client?: () => Promise<HubClient>;
}

export interface OpenedRepository {
  files: RemoteFile[];
  format?: string;
}

/** The Hugging Face Hub as a source of models: "hf:owner/name", whose id is "hf--owner--name". */
export interface HuggingFaceSource extends ModelSource {
  /**
   * The files of one variant, to be read where they lie: of the one asked for, the one that a file of the address belongs to, or the first.
   * @throws TenfoldError `unknown-model`, `unknown-variant`, `unsupported-format`, and what asking the Hub throws.
   */
  open(address: string, options?: { variant?: string; signal?: AbortSignal }): Promise<OpenedRepository>;
}

export const publicHub = "https://huggingface.co";

/**
 * Asks the Hub through `@huggingface/hub`, which must be installed. Manifests are pinned to the commit that the branch `main` is at;
 * all in them is claimed by the Hub, and small files are read once for the digest that it does not give.
 */
export function createHuggingFaceSource(options: HuggingFaceOptions): HuggingFaceSource {
  const { platform, token, searchLimit = 30 } = options;
  const endpoint = checkedEndpoint(options.endpoint ?? publicHub);
  const kept = createKeptManifests(platform, endpoint);
  /** How the Hub spells what was met in lower case. */
  const spelled = new Map<string, string>();
  const client = () => loadHubClient(options.client ?? (() => import("@huggingface/hub") as Promise<unknown> as Promise<HubClient>));

  function connect(signal: AbortSignal | undefined) {
    const fetch = createHubFetch({ platform, endpoint, ...(token === undefined ? {} : { token }), ...(signal ? { signal } : {}) });
    return { hubUrl: endpoint, fetch };
  }

  /** The package's own errors are about answers that it does not understand. */
  async function ask<Answer>(what: string, signal: AbortSignal | undefined, question: (hub: HubClient) => Promise<Answer>): Promise<Answer> {
    const hub = await client();
    try {
      return await question(hub);
    } catch (error) {
      signal?.throwIfAborted();
      throw TenfoldError.from(error, "invalid-manifest", `${new URL(endpoint).host} answers what is not understood of ${what}`, { remedy });
    }
  }

  async function searchHub(query: string, limit: number, signal: AbortSignal | undefined): Promise<Repository[]> {
    return ask(`a search for ${query}`, signal, async (hub) => {
      const found: Repository[] = [];
      const additionalFields: ["tags", "cardData", "filePaths"] = ["tags", "cardData", "filePaths"];
      for await (const entry of hub.listModels({ ...connect(signal), search: { query }, limit, additionalFields })) {
        const { data: repository } = safeParse(repositorySchema, entry);
        // One that is not understood does not hide the others.
        if (!repository) continue;
        spelled.set(repository.name.toLowerCase(), repository.name);
        found.push(repository);
      }
      return found;
    });
  }

  /** @throws TenfoldError `unknown-model`. */
  async function look(name: string, signal: AbortSignal | undefined): Promise<{ repository: Repository; commit: string }> {
    return ask(name, signal, async (hub) => {
      const info = await hub.modelInfo({ ...connect(signal), name, additionalFields: ["sha", "tags", "cardData", "config", "safetensors"] });
      const repository = readRepository(info, name);
      if (repository.sha === undefined) throw new Error("it names no commit");
      return { repository, commit: repository.sha };
    });
  }

  function tree(name: string, commit: string, signal: AbortSignal | undefined): Promise<RepositoryFile[]> {
    const repo = { type: "model" as const, name };
    return ask(name, signal, (hub) => readTree(hub.listFiles({ ...connect(signal), repo, revision: commit, recursive: true }), name));
  }

  /** The repository that an id or address means; undefined for what is not this source's. */
  async function repositoryOf(model: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    if (parseModelAddress(model)?.scheme === scheme) return parseRepositoryAddress(model).repository;
    const lower = repositoryOfId(model);
    if (lower === undefined) return undefined;
    if (!spelled.has(lower)) await searchHub(lower.split("/")[1] ?? lower, 100, signal);
    return spelled.get(lower) ?? lower;
  }

  async function makeManifest(repository: Repository, commit: string, signal: AbortSignal | undefined): Promise<Manifest> {
    const { name } = repository;
    if (!isLanguageModel(repository)) {
      throw new TenfoldError("unsupported-format", `${name} is a model for ${repository.task}, not for language.`, {
        stage: "discovery",
        remedy: "Choose another repository.",
      });
    }
    const files = await tree(name, commit, signal);
    const used = new Map(groupVariants(files).flatMap((variant) => variant.files.map((file) => [file.path, file])));
    const small = [...used.values()].filter(({ sha256 }) => sha256 === undefined);
    const urlOf = (path: string) => urlIn(name, commit, path);
    const digests = await hashSmallFiles(small, { platform, fetch: connect(signal).fetch, urlOf });
    const manifest = buildManifest({ repository, commit, files, digests, endpoint, at: platform.clock.timestamp() });
    // With what this account may not read it is not complete.
    if (small.every(({ path }) => digests.has(path))) await kept.put(commit, manifest);
    return manifest;
  }

  function sourceIn(repository: string, commit: string, path: string) {
    const revision = { value: commit, evidence: { kind: "claimed" as const, by: endpoint } };
    const settings = { huggingFaceEndpoint: endpoint, ...(token === undefined ? {} : { huggingFaceToken: token }) };
    return resolveSource({ kind: "hugging-face", repository, path, revision }, "", settings) ?? { url: endpoint };
  }
  const urlIn = (repository: string, commit: string, path: string) => sourceIn(repository, commit, path).url;

  return {
    id: endpoint,
    scheme,
    list: async () => [],
    async search(text, signal) {
      const repositories = await searchHub(text, searchLimit, signal);
      return repositories.filter(isLanguageModel).flatMap((repository) => entryOf(repository, endpoint));
    },
    async manifest(model, signal) {
      const name = await repositoryOf(model, signal);
      if (name === undefined) return undefined;
      const found = await look(name, signal).catch((error: unknown) => {
        if (TenfoldError.is(error, "unknown-model")) return undefined;
        throw error;
      });
      if (!found) return undefined;
      const { repository, commit } = found;
      spelled.set(repository.name.toLowerCase(), repository.name);
      const gated = repository.gated !== undefined && repository.gated !== false;
      const manifest = (await kept.get(idOfRepository(repository.name), commit, gated)) ?? (await makeManifest(repository, commit, signal));
      return { manifest, sha256: await digestOf(platform, canonicalJson(manifest)) };
    },
    async open(address, { variant, signal } = {}) {
      const { repository: asked, file } = parseRepositoryAddress(address);
      const { repository, commit } = await look(asked, signal);
      const files = await tree(repository.name, commit, signal);
      const chosen = choose(repository.name, files, { ...(file === undefined ? {} : { file }), ...(variant === undefined ? {} : { variant }) });
      const opened = chosen.files.map(({ path, sizeBytes }) =>
        openRemoteFile({ platform, path, sizeBytes, source: sourceIn(repository.name, commit, path), ...(signal ? { signal } : {}) }),
      );
      return { files: await Promise.all(opened), ...(chosen.format === undefined ? {} : { format: chosen.format }) };
    },
  };
}

/** A file that belongs to no variant, a projector for one, is opened by itself. */
function choose(name: string, files: readonly RepositoryFile[], { file, variant }: { file?: string; variant?: string }) {
  const variants = groupVariants(files);
  if (file !== undefined) {
    const own = files.find(({ path }) => path === file);
    if (!own) throw new TenfoldError("unknown-model", `${name} has no file ${file}.`);
    const holding = variants.filter((one) => one.files.some(({ path, role }) => path === file && role === "weights"));
    return holding.sort((left, right) => left.files.length - right.files.length)[0] ?? { files: [own], format: undefined };
  }
  const chosen = variant === undefined ? variants[0] : matchVariant(variants, variant, name);
  if (!chosen) throw new TenfoldError("unsupported-format", `${name} holds no model in a format that is known here.`, { remedy: "Name a file in it." });
  return chosen;
}

function entryOf(repository: Repository, endpoint: string): ModelEntry[] {
  const paths = repository.filePaths ?? [];
  const formats = [...new Set(groupVariants(paths.map((path) => ({ path, sizeBytes: 0 }))).map(({ format }) => format))];
  if (formats.length === 0) return [];
  const { name } = repository;
  try {
    const capabilities = capabilitiesOf(repository, formats);
    return [{ id: idOfRepository(name), name, publisher: name.split("/")[0] ?? name, licence: licenceOf(repository, endpoint).id, capabilities, formats }];
  } catch (error) {
    // A name that cannot be an id is passed over in a list.
    if (TenfoldError.is(error, "invalid-input")) return [];
    throw error;
  }
}

function checkedEndpoint(endpoint: string): string {
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint) || new URL(endpoint).username !== "") {
    throw new TenfoldError("invalid-input", "The endpoint of the Hugging Face Hub is not an address of http or https.", {
      remedy: "Leave it out for the public Hub.",
    });
  }
  return endpoint.replace(/\/+$/, "");
}
