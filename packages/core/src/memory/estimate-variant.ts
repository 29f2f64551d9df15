import type { Dimensions, Manifest, MemoryProfile, Variant } from "@tenfold/catalog";
import { bitsPerWeightOf } from "./bits-per-weight.ts";
import { estimateMemory, sumOf, type WorkingTerms, workingTerms } from "./estimate-memory.ts";
import type { MemoryEstimate } from "./memory-estimate.ts";
import type { MemoryOptions } from "./memory-options.ts";
import type { ModelShape } from "./model-shape.ts";
import { weightTerms } from "./weight-terms.ts";

/** What a catalog says of a model that an estimate needs. */
export type ListedModel = Partial<Pick<Manifest, "architecture" | "parameterCount" | "dimensions" | "capabilities">>;

/** Bytes of weights, and how they are known. */
export interface ListedWeights {
  bytes: number;
  /** Nobody has said how large the files are. */
  isReckoned: boolean;
  how: string;
}

/** The weights of a variant by its files, else by its parameters and what its quantization makes of them. Undefined when neither is known. */
export function listedWeights({ parameterCount }: ListedModel, { artifacts, quantization }: Variant): ListedWeights | undefined {
  const files = artifacts.flatMap(
    ({ role, sizeBytes, archive }) => archive?.members.map((member) => ({ role: member.role, bytes: member.sizeBytes })) ?? [{ role, bytes: sizeBytes?.value }],
  );
  const held = files.filter(({ role }) => role === "weights" || role === "projector");
  const sizes = held.flatMap(({ bytes }) => bytes ?? []);
  if (held.some(({ role }) => role === "weights") && sizes.length === held.length) {
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), isReckoned: false, how: "the size of the files" };
  }
  const bits = quantization === undefined ? undefined : bitsPerWeightOf(quantization);
  if (parameterCount === undefined || bits === undefined) return undefined;
  const billions = (parameterCount / 1e9).toPrecision(3);
  return {
    bytes: Math.round((parameterCount * bits) / 8),
    isReckoned: true,
    how: `${billions} billion parameters of about ${bits} bits (${quantization}); nobody has said how large the files are`,
  };
}

/**
 * What loading a variant will take, from what a catalog lists of it: no file is opened. Without dimensions cache and buffers are unknown.
 * @returns undefined when not even the weights can be told
 * @throws TenfoldError `invalid-input` as `estimateMemory`
 */
export function estimateVariant(model: ListedModel, variant: Variant, profile: MemoryProfile | undefined, options: MemoryOptions): MemoryEstimate | undefined {
  const weights = listedWeights(model, variant);
  if (!weights) return undefined;
  if (!profile) return weightsAlone(weights, "nothing is known of how the framework uses memory");
  if (!model.dimensions && !isEncoder(model)) return weightsAlone(weights, "nobody has listed how many layers and heads of which size the model has");
  const shape = shapeOf(model, weights.bytes);
  const estimate = model.dimensions
    ? sumOf(weightTerms(shape, profile, options), workingTermsOnce(model.dimensions, shape, profile, options))
    : estimateMemory(shape, profile, options);
  if (!weights.isReckoned) return estimate;
  return { ...estimate, terms: estimate.terms.map((term) => (term.name === "weights" ? { ...term, how: weights.how } : term)) };
}

/** Planning the buffers takes half a millisecond, and the quantizations of a model share the plan. */
const planned = new WeakMap<Dimensions, WeakMap<MemoryProfile, Map<string, WorkingTerms>>>();
const mostPlans = 16;

function workingTermsOnce(dimensions: Dimensions, shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): WorkingTerms {
  const ofModel = planned.get(dimensions) ?? new WeakMap<MemoryProfile, Map<string, WorkingTerms>>();
  planned.set(dimensions, ofModel);
  const plans = ofModel.get(profile) ?? new Map<string, WorkingTerms>();
  ofModel.set(profile, plans);
  const key = JSON.stringify([shape.architecture, options]);
  const known = plans.get(key);
  if (known) return known;
  const made = workingTerms(shape, profile, options);
  if (plans.size >= mostPlans) plans.clear();
  plans.set(key, made);
  return made;
}

const isEncoder = ({ capabilities, dimensions }: ListedModel) =>
  !dimensions && capabilities !== undefined && capabilities.every((one) => one === "embeddings" || one === "reranking");

function shapeOf({ architecture, dimensions, ...model }: ListedModel, weightsBytes: number): ModelShape {
  const known = architecture === undefined ? {} : { architecture };
  if (!dimensions) return { ...known, weightsBytes, ...(isEncoder(model) ? { encoder: true } : {}) };
  return { ...known, weightsBytes, ...shapeOfDimensions(dimensions, architecture) };
}

function shapeOfDimensions(dimensions: Dimensions, architecture: string | undefined): Omit<ModelShape, "weightsBytes"> {
  const { layerCount, embeddingLength, headCount, kvHeadCount, headLength, feedForwardLength, vocabularySize, windowLength, tied } = dimensions;
  const layer = {
    attention: { headCount, kvHeadCount, keyLength: headLength, valueLength: headLength, ...(architecture === "phi3" ? { fused: true } : {}) },
    feedForwardLength,
    gate: architecture === "phi3" ? ("fused" as const) : ("separate" as const),
  };
  return {
    embeddingLength,
    layers: Array.from({ length: layerCount }, () => layer),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
    ...(windowLength === undefined ? {} : { window: windowLength }),
    ...(tied ? { tied } : {}),
  };
}

/** Where nothing better is known: the files are in memory once loaded. */
export function weightsAlone({ bytes, how }: Pick<ListedWeights, "bytes" | "how">, why: string): MemoryEstimate {
  return {
    terms: [{ name: "weights", bytes, how }],
    steadyBytes: bytes,
    peakBytes: bytes,
    unknown: [
      { name: "kv-cache", why },
      { name: "compute", why },
    ],
  };
}
