import { type MemoryProfile, TenfoldError } from "@tenfold/catalog";
import { tensorTypes } from "../formats/gguf/tensor-types.ts";
import type { MemoryTerm } from "./memory-estimate.ts";
import type { MemoryOptions } from "./memory-options.ts";
import type { LayerShape, ModelShape } from "./model-shape.ts";
import { count } from "./weight-terms.ts";

const types = new Map([...tensorTypes.values()].map((type) => [type.name, type]));

const paddedTo = (positions: number, multiple: number) => Math.ceil(positions / multiple) * multiple;

/** Tokens that are computed at once: never more than all caches hold. */
export function batchTokensOf({ compute, kvCache }: MemoryProfile, { contextSize, parallel = 1, batchTokens, accelerator = "cpu" }: MemoryOptions): number {
  const asked = batchTokens ?? compute.batchTokens[accelerator === "cpu" ? "cpu" : "accelerated"];
  return Math.min(asked, paddedTo(contextSize, kvCache.positionsMultiple) * parallel);
}

/** Positions that each layer's cache holds for one sequence. */
export function layerPositions(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): number[] {
  const multiple = profile.kvCache.positionsMultiple;
  const whole = paddedTo(options.contextSize, multiple);
  const every = profile.kvCache.windows?.[shape.architecture ?? ""];
  const { windowed } = shape;
  const period = typeof windowed === "number" ? windowed : (every ?? 1);
  const looksBack = (index: number) => every !== undefined && (typeof windowed === "object" ? windowed[index] === true : index % period < period - 1);
  // While a batch is computed, its first token still sees a window back, and its last has a place, too.
  const inWindow = shape.window === undefined ? whole : Math.min(whole, paddedTo(shape.window + batchTokensOf(profile, options) + 1, multiple));
  return (shape.layers ?? []).map((_, index) => (looksBack(index) ? inWindow : whole));
}

/** Keys and values, and what recurrent layers keep. */
export function cacheTerms(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): MemoryTerm[] {
  const { parallel = 1, keyType = profile.kvCache.keyType, valueType = profile.kvCache.valueType } = options;
  const layers = shape.layers ?? [];
  const positions = layerPositions(shape, profile, options);
  const terms: MemoryTerm[] = [];
  const groups = new Map<string, { layers: number; bytes: number }>();
  for (const [index, { attention }] of layers.entries()) {
    if (!attention || attention.kvHeadCount === 0) continue;
    const { kvHeadCount, keyLength, valueLength } = attention;
    const length = positions[index] ?? 0;
    const bytes = length * parallel * (rowBytes(keyType, kvHeadCount * keyLength) + rowBytes(valueType, kvHeadCount * valueLength));
    const text = `${count(length)} positions × ${kvHeadCount} heads × (${keyLength} ${keyType} + ${valueLength} ${valueType})`;
    const group = groups.get(text) ?? { layers: 0, bytes: 0 };
    groups.set(text, { layers: group.layers + 1, bytes: group.bytes + bytes });
  }
  if (groups.size > 0) {
    const many = parallel > 1 ? ` × ${parallel} sequences` : "";
    terms.push({
      name: "kv-cache",
      bytes: [...groups.values()].reduce((total, { bytes }) => total + bytes, 0),
      how: [...groups].map(([text, group]) => `${group.layers} layers × ${text}${many}`).join(", "),
    });
  }
  const elements = layers.reduce((total, { stateElements = 0 }: LayerShape) => total + stateElements, 0);
  if (elements > 0) terms.push({ name: "recurrent-state", bytes: elements * 4 * parallel, how: `${count(elements)} elements of F32 × ${parallel} sequences` });
  return terms;
}

/** @throws TenfoldError `invalid-input` for a type that is none. */
function rowBytes(name: string, elements: number): number {
  const type = types.get(name);
  if (!type) throw new TenfoldError("invalid-input", `${name} is no element type of a cache.`, { remedy: `Take one of ${[...types.keys()].join(", ")}.` });
  return Math.ceil(elements / type.blockElements) * type.blockBytes;
}
