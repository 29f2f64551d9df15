import { type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import type { Adapter } from "../contract/adapter.ts";
import type { InstallTarget } from "../install/install-variant.ts";
import { modelIdOf, parseModelAddress } from "../registry/model-address.ts";
import { isPassedOver } from "../registry/passed-over.ts";
import type { Registry, SourcedManifest } from "../registry/registry.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { matchVariant } from "./match-variant.ts";
import { isRevoked, revocationsFor } from "./revocations.ts";

export interface FindOptions {
  registry: Registry;
  store: Store;
  adapters: readonly Adapter[];
  /** The variants of a model that this device has room for, in the publisher's order. */
  fitting?: (manifest: Manifest) => Promise<readonly Variant[]>;
  model: string;
  variant?: string;
  /** What is installed may be used although it was revoked. */
  allowRevoked?: boolean;
  signal?: AbortSignal;
}

/**
 * Finds what to install for a model id: in the registry, else in the store. Among variants the one asked for, else one
 * that is installed already, else the first that an adapter here can load and this device has room for.
 * @throws TenfoldError `unknown-model`, `unknown-variant`, `no-adapter`, `revoked`, `catalog-unreachable`, `unsupported-schema-version`.
 */
export async function findTarget(options: FindOptions): Promise<InstallTarget> {
  const { model, registry, store, variant, signal } = options;
  const { found, unreachable } = await ask(options);
  if (found) {
    const { manifest, source } = found;
    const hubUrl = source.hubUrl ?? "";
    const revoked = await revocationsFor(registry.sources, hubUrl, signal);
    const chosen = await chooseVariant(manifest, options, (candidate) => isRevoked(revoked, manifest, candidate) === undefined);
    const installed = await store.find(manifest.id, chosen.id);
    requireUnrevoked(isRevoked(revoked, manifest, chosen), `${manifest.id}:${chosen.id}`, installed, options);
    requireAccess(manifest, chosen);
    return { manifest, manifestSha256: found.sha256, variant: chosen, hubUrl, source, ...(installed ? { installed } : {}) };
  }
  const installed = await findInstalled(store, modelIdOf(model), variant);
  if (installed) {
    const { name, hubUrl, manifestSha256 } = installed;
    const manifest = { id: installed.model, name };
    const revoked = isRevoked(await revocationsFor(registry.sources, hubUrl, signal), manifest, installed.variant);
    requireUnrevoked(revoked, `${manifest.id}:${installed.variant.id}`, installed, options);
    return { manifest, manifestSha256, variant: installed.variant, hubUrl, installed };
  }
  if (unreachable) throw unreachable;
  const scheme = parseModelAddress(model)?.scheme;
  if (scheme !== undefined && !registry.sources.some((source) => source.scheme === scheme)) {
    throw new TenfoldError("unknown-model", `No source here knows what ${scheme}: stands for in ${model}.`, {
      remedy: "Pass a source for it to createTenfold, or name a model of a catalog.",
    });
  }
  throw new TenfoldError("unknown-model", `No catalog has a model called ${model}, and it is not installed${await suggestion(options)}.`);
}

async function findInstalled(store: Store, model: string, variant: string | undefined): Promise<InstallRecord | undefined> {
  if (variant === undefined) return store.find(model);
  const alike = (record: InstallRecord) => record.model === model && record.variant.quantization?.toLowerCase() === variant.toLowerCase();
  return (await store.find(model, variant)) ?? (await store.installed()).find(alike);
}

async function ask({ registry, model, signal }: FindOptions): Promise<{ found?: SourcedManifest; unreachable?: unknown }> {
  try {
    const found = await registry.get(model, signal ? { signal } : {});
    return found ? { found } : {};
  } catch (error) {
    // The store may still have it.
    if (!isPassedOver(error)) throw error;
    return { unreachable: error };
  }
}

function requireUnrevoked(
  revoked: { at: string; reason: string } | undefined,
  what: string,
  installed: InstallRecord | undefined,
  { allowRevoked = false }: FindOptions,
): void {
  if (!revoked || (installed && allowRevoked)) return;
  throw new TenfoldError("revoked", `${what} was revoked on ${revoked.at}: ${revoked.reason}`, {
    ...(installed ? { remedy: "Do not use it; who knows better passes `allowRevoked`, or --allow-revoked on the command line." } : {}),
  });
}

async function chooseVariant(
  manifest: Manifest,
  { variant, adapters, store, fitting }: FindOptions,
  mayBeUsed: (candidate: Variant) => boolean,
): Promise<Variant> {
  if (variant !== undefined) return matchVariant(manifest.variants, variant, manifest.id);
  const formats = new Set(adapters.flatMap((adapter) => adapter.formats));
  const readable = manifest.variants.filter(({ format }) => formats.has(format));
  // Where all are revoked the choice is made as if none were, and the refusal says why.
  const loadable = readable.some(mayBeUsed) ? readable.filter(mayBeUsed) : readable;
  for (const candidate of loadable) if (await store.find(manifest.id, candidate.id)) return candidate;
  const [first, ...others] = loadable;
  // Where nothing fits, the memory's own refusal says more than a choice could.
  if (first) return (others.length > 0 && (await fitting?.({ ...manifest, variants: loadable }))?.[0]) || first;
  const offered = [...new Set(manifest.variants.map(({ format }) => format))].join(", ");
  throw new TenfoldError("no-adapter", `${manifest.id} comes as ${offered}; no adapter here loads that.`);
}

/** Nobody has the digests of files that are not shown to those who have not signed in. */
function requireAccess({ name, licence }: Manifest, { artifacts }: Variant): void {
  const hidden = artifacts.find(({ sha256, sources }) => sha256 === undefined && sources.some(({ kind }) => kind === "hugging-face"));
  if (!licence.gated || !hidden) return;
  throw new TenfoldError("unauthorized", `${name} asks for consent before it shows ${hidden.path}.`, {
    remedy: "Accept the licence on the model's page, and sign in with a token that may read it (HF_TOKEN on the command line).",
  });
}

/** Names the ids that a hurried person may have meant. */
async function suggestion({ registry, model, signal }: FindOptions): Promise<string> {
  const listed = await registry.discover(signal ? { signal } : {}).catch(() => []);
  const near = listed.map(({ id }) => id).filter((id) => id.includes(model) || model.includes(id) || distance(id, model) <= 3);
  return near.length === 0 ? "" : `; did you mean ${near.slice(0, 3).join(" or ")}?`;
}

/** Levenshtein distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
