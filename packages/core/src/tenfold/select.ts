import { type Device, type FrameworkProfile, type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import { createMeasurements } from "../benchmark/measurements.ts";
import { weightsOf } from "../benchmark/weights-of.ts";
import type { Adapter, AdapterContext, Support } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import { withoutRevoked } from "../discovery/revocations.ts";
import { measureMemoryBandwidth } from "../hardware/measure-memory-bandwidth.ts";
import type { Platform } from "../platform/platform.ts";
import type { ModelCriteria, TargetDevice } from "../registry/criteria.ts";
import { isPassedOver } from "../registry/passed-over.ts";
import type { Registry } from "../registry/registry.ts";
import type { CandidateFacts } from "../selection/candidate-facts.ts";
import { type ListedNeed, listedFacts, type ModelFacts, rankListed } from "../selection/listed-facts.ts";
import { type Ranking, rankCandidates, type SelectionDevice } from "../selection/rank-candidates.ts";
import type { SelectionNeed } from "../selection/selection-need.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { estimateFromSize, estimateInstalled } from "./estimate-installed.ts";

export interface SelectOptions extends SelectionNeed {
  /** Another device than this, as a table describes it: adapters are not asked then, their profiles speak for them. */
  device?: Device;
  /** Of that device: applications there have iOS's increased-memory entitlement. */
  increasedMemory?: boolean;
  signal?: AbortSignal;
}

/** A model by id, or whatever meets criteria. */
export type SelectTarget = string | ModelCriteria;

export interface SelectContext {
  platform: Platform;
  store: Store;
  registry: Registry;
  adapters: readonly Adapter[];
  context: AdapterContext;
}

/** Ranks the variants of a model, or of all that meet criteria, under every framework that is installed here. */
export async function select(target: SelectTarget, { signal, device, increasedMemory, ...need }: SelectOptions, parts: SelectContext): Promise<Ranking> {
  if (device !== undefined) return selectElsewhere(target, { ...need, ...(increasedMemory === undefined ? {} : { increasedMemory }) }, device, parts, signal);
  const [{ manifests, unreachable }, installed] = await Promise.all([manifestsOf(target, { installable: true }, parts, signal), parts.store.installed()]);
  const models = [...manifests, ...onlyInstalled(target, installed, manifests)];
  if (models.length === 0 && unreachable !== undefined) throw unreachable;
  if (models.length === 0 && typeof target === "string")
    throw new TenfoldError("unknown-model", `No catalog has a model called ${target}, and it is not installed.`);
  return rankModels(models, need, parts, installed, bandwidthOf(parts.platform));
}

/** What is listed counts there, files without digests included: whoever asks wants to know what to look for. */
async function selectElsewhere(
  target: SelectTarget,
  need: ListedNeed,
  device: Device,
  parts: SelectContext,
  signal: AbortSignal | undefined,
): Promise<Ranking> {
  const { manifests, unreachable } = await manifestsOf(target, {}, parts, signal);
  if (manifests.length === 0 && unreachable !== undefined) throw unreachable;
  if (manifests.length === 0 && typeof target === "string") throw new TenfoldError("unknown-model", `No catalog has a model called ${target}.`);
  return rankListed(
    manifests,
    parts.adapters.flatMap(({ profile }) => profile ?? []),
    device,
    need,
  );
}

/** The variants of a model that run on a device, in the publisher's order: on this one, or on one that only a table describes. */
export async function variantsFor(manifest: Manifest, device: TargetDevice, parts: SelectContext): Promise<readonly Variant[]> {
  const { choices } =
    device === "this"
      ? await rankModels([manifest], {}, parts, await parts.store.installed(), undefined)
      : // No adapter can be asked there: its profile speaks for it.
        rankListed(
          [manifest],
          parts.adapters.flatMap(({ profile }) => profile ?? []),
          device,
        );
  return manifest.variants.filter(({ id }) => choices.some(({ variant }) => variant.id === id));
}

async function rankModels(
  models: readonly ModelFacts[],
  need: SelectionNeed,
  { platform, store, adapters, context }: SelectContext,
  installed: readonly InstallRecord[],
  memoryBytesPerSecond: number | undefined,
): Promise<Ranking> {
  const hardware = (await platform.device?.describe()) ?? { processor: { logicalCores: 1, features: [] }, memory: {}, graphics: [] };
  const frameworks = await Promise.all(
    adapters.map(async (adapter) => ({ adapter, profile: adapter.profile ?? bareProfile(adapter), support: await adapter.probe(context) })),
  );
  const candidates: CandidateFacts[] = [];
  for (const model of models) {
    for (const variant of model.variants) {
      const record = installed.find((one) => one.model === model.id && one.variant.id === variant.id);
      const opened = record ? await store.open(record) : undefined;
      for (const { adapter, profile, support } of frameworks) {
        if (!adapter.formats.includes(variant.format)) continue;
        candidates.push(await factsOf(model, variant, { profile, support, need, hardware, ...(opened ? { opened } : {}) }));
      }
    }
  }
  const state = await platform.device?.state();
  const device: SelectionDevice = {
    ...{ platform: platform.name, hardware, measurements: await createMeasurements(platform.files).list() },
    ...(state ? { state } : {}),
    ...(memoryBytesPerSecond === undefined ? {} : { memoryBytesPerSecond }),
  };
  return rankCandidates(candidates, device, need);
}

interface Listed {
  manifests: ModelFacts[];
  /** Why nothing is listed. */
  unreachable?: unknown;
}

async function manifestsOf(target: SelectTarget, more: ModelCriteria, { registry }: SelectContext, signal: AbortSignal | undefined): Promise<Listed> {
  const options = signal ? { signal } : {};
  try {
    if (typeof target === "string") {
      const found = await registry.get(target, options);
      const manifest = found && (await withoutRevoked(found, registry.sources, signal));
      return { manifests: manifest ? [manifest] : [] };
    }
    const fitting = await registry.find({ ...target, ...more }, options);
    const found = await Promise.all(
      fitting.map(async ({ id, variants }) => {
        const found = await registry.get(id, options);
        const manifest = found && (await withoutRevoked(found, registry.sources, signal));
        return { manifest, fits: variants && new Set(variants.map((variant) => variant.id)) };
      }),
    );
    return {
      manifests: found.flatMap(({ manifest, fits }) =>
        manifest ? [{ ...manifest, variants: manifest.variants.filter(({ id }) => !fits || fits.has(id)) }] : [],
      ),
    };
  } catch (error) {
    // What is installed can be chosen among with no hub in reach.
    if (!isPassedOver(error)) throw error;
    return { manifests: [], unreachable: error };
  }
}

function onlyInstalled(target: SelectTarget, installed: readonly InstallRecord[], listed: readonly ModelFacts[]): ModelFacts[] {
  if (typeof target !== "string" || listed.some(({ id }) => id === target)) return [];
  const records = installed.filter(({ model }) => model === target);
  return records.length > 0 ? [{ id: target, variants: records.map(({ variant }) => variant) }] : [];
}

interface PairFacts {
  profile: FrameworkProfile;
  support?: Support;
  need: SelectionNeed;
  hardware: SelectionDevice["hardware"];
  opened?: InstalledModel;
}

/** What is listed of a variant, and what its own files say where they are here. */
async function factsOf(model: ModelFacts, variant: Variant, { profile, support, need, hardware, opened }: PairFacts): Promise<CandidateFacts> {
  const listed = { ...listedFacts(model, variant, profile, need), installed: opened !== undefined, ...(support ? { support } : {}) };
  if (!opened) return listed;
  const { architecture, parameterCount, contextLength } = opened.metadata;
  const sizeBytes = opened.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const weights = weightsOf(opened.files);
  const load = need.contextSize === undefined ? {} : { contextSize: need.contextSize };
  return {
    ...listed,
    ...(architecture === undefined ? {} : { architecture }),
    ...(parameterCount === undefined ? {} : { parameterCount }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(weights === undefined ? {} : { weights }),
    sizeBytes,
    estimate: profile.memory ? await estimateInstalled(opened, profile.memory, load, hardware) : estimateFromSize(sizeBytes),
  };
}

/** Of an adapter that brings none: only what the adapter itself says. */
function bareProfile({ framework, formats }: Adapter): FrameworkProfile {
  const nowhere = { supported: false as const, reason: "Nothing is known of this framework but what its adapter says." };
  return {
    ...{ framework, name: framework, package: framework, licence: "unknown", homepage: "https://example.org", formats: [...formats] },
    platforms: { node: nowhere, browser: nowhere, "react-native": nowhere },
  };
}

/** Measuring takes a tenth of a second, and the memory does not become another. */
const bandwidths = new WeakMap<Platform, number | undefined>();

function bandwidthOf(platform: Platform): number | undefined {
  if (!bandwidths.has(platform)) bandwidths.set(platform, measureMemoryBandwidth({ now: platform.clock.now }));
  return bandwidths.get(platform);
}
