import { type Device, type FrameworkProfile, type Manifest, type Variant, variantSizeBytes } from "@tenfold/catalog";
import { hardwareOfDevice } from "../hardware/hardware-of-device.ts";
import { estimateVariant } from "../memory/estimate-variant.ts";
import type { CandidateFacts } from "./candidate-facts.ts";
import { type Ranking, rankCandidates, type SelectionDevice } from "./rank-candidates.ts";
import type { SelectionNeed } from "./selection-need.ts";

/** Counts the rules by which this version of core tells what runs where; whoever keeps an answer keeps this beside it. */
export const compatibilityRulesVersion = 1;

/** Of a load that names none: what the contract says of `LoadOptions.contextSize`. */
export const defaultContextSize = 4096;

/** What a manifest, or an installation, says of a model. */
export type ModelFacts = Pick<Manifest, "id" | "variants"> &
  Partial<Pick<Manifest, "architecture" | "parameterCount" | "contextLength" | "dimensions" | "capabilities">>;

/** Tokens that an answer is reckoned with: what is wanted, else what a load takes that names none. */
export function contextSizeOf({ contextLength }: Pick<ModelFacts, "contextLength">, wanted: number | undefined): number {
  return wanted ?? Math.min(contextLength ?? defaultContextSize, defaultContextSize);
}

/** What a catalog's list tells of a variant under a framework. No file is opened. */
export function listedFacts(model: ModelFacts, variant: Variant, profile: FrameworkProfile, need: Pick<SelectionNeed, "contextSize"> = {}): CandidateFacts {
  const { architecture, parameterCount, contextLength } = model;
  const sizeBytes = variantSizeBytes(variant);
  const weights = variant.artifacts.find(({ role }) => role === "weights")?.sha256?.value;
  const estimate = estimateVariant(model, variant, profile.memory, { contextSize: contextSizeOf(model, need.contextSize) });
  return {
    ...{ model: model.id, variant, profile },
    ...(architecture === undefined ? {} : { architecture }),
    ...(parameterCount === undefined ? {} : { parameterCount }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(weights === undefined ? {} : { weights }),
    ...(sizeBytes === undefined || variant.artifacts.length === 0 ? {} : { sizeBytes }),
    ...(estimate ? { estimate } : {}),
  };
}

/** A device of a table, as it is chosen for. @param increasedMemory applications have iOS's increased-memory entitlement there. */
export function selectionDeviceOf(device: Device, options: { increasedMemory?: boolean } = {}): SelectionDevice {
  const { kind, memoryBytesPerSecond, os } = device;
  return {
    platform: kind === "browser" ? "browser" : kind === "computer" ? "node" : "react-native",
    hardware: hardwareOfDevice(device, options),
    ...(os ? { os } : {}),
    ...(memoryBytesPerSecond ? { memoryBytesPerSecond: memoryBytesPerSecond.value } : {}),
  };
}

/** What listed models have to be, besides running. */
export type ListedNeed = SelectionNeed & { increasedMemory?: boolean };

/**
 * The variants of models that suit a device of a table, the best first, under every framework that is known: what a hub answers, and what this package answers
 * with no hub in reach from the same manifests and profiles.
 */
export function rankListed(
  models: readonly ModelFacts[],
  profiles: readonly FrameworkProfile[],
  device: Device,
  { increasedMemory = false, ...need }: ListedNeed = {},
): Ranking {
  const candidates = models.flatMap((model) =>
    model.variants.flatMap((variant) =>
      profiles.filter(({ formats }) => formats.includes(variant.format)).map((profile) => listedFacts(model, variant, profile, need)),
    ),
  );
  return rankCandidates(candidates, selectionDeviceOf(device, { increasedMemory }), need);
}
