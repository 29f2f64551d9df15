import type { Gguf } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import type { GgufArray } from "./value-types.ts";

/** Architectures without attention heads, whose files write a head count of 0. */
const headless = new Set(["mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "wavtokenizer-dec"]);

/** Files with these architectures are parts of a model and carry keys of their own. */
const parts = new Set(["clip", "adapter", "control_vector", "imatrix"]);

/** Sizes beyond any model's, where a loader's arithmetic could overflow. */
const largest = 2 ** 31 - 1;
const mostLayers = 512;

/** The hyperparameters that every loader needs; undefined where an architecture has them for each layer. */
export interface Hyperparameters {
  architecture: string;
  layerCount: number;
  contextLength: number;
  embeddingLength: number;
  headCount: number | undefined;
  headCountKv: number | undefined;
  keyLength: number | undefined;
  valueLength: number | undefined;
  feedForwardLength: number | undefined;
  expertCount: number;
}

/**
 * Checks the keys that loaders compute with. A head count of 0, for one, ends llama.cpp's process.
 * @throws TenfoldError `invalid-format` naming the key.
 */
export function validateArchitecture(gguf: Gguf): Hyperparameters {
  const architecture = gguf.string("general.architecture");
  if (architecture === undefined) throw invalidGguf("general.architecture is missing", { key: "general.architecture" });
  if (!/^[\w.-]{1,64}$/.test(architecture)) throw invalidGguf(`general.architecture is ${shown(architecture)}`, { key: "general.architecture" });
  refuseParts(gguf, architecture);
  const key = (name: string) => `${architecture}.${name}`;
  const required = (name: string, most = largest) => whole(gguf, key(name), { most }) ?? missing(key(name));
  const optional = (name: string, least = 1) => (perLayer(gguf, key(name)) ? undefined : whole(gguf, key(name), { least }));

  const layerCount = required("block_count", mostLayers);
  const contextLength = required("context_length");
  const embeddingLength = required("embedding_length");
  const heads = headless.has(architecture) ? undefined : headCounts(gguf, architecture, layerCount);
  const keyLength = optional("attention.key_length");
  const valueLength = optional("attention.value_length");
  if (heads?.headCount !== undefined && keyLength === undefined && embeddingLength % heads.headCount !== 0) {
    throw invalidGguf(`${key("embedding_length")} is ${embeddingLength}, no multiple of the ${heads.headCount} attention heads`, {
      key: key("embedding_length"),
    });
  }
  const expertCount = optional("expert_count", 0) ?? 0;
  const expertsUsed = optional("expert_used_count", 0) ?? 0;
  if (expertsUsed > expertCount)
    throw invalidGguf(`${key("expert_used_count")} is ${expertsUsed} of ${expertCount} experts`, { key: key("expert_used_count") });
  checkNumbers(gguf, architecture);
  return {
    architecture,
    layerCount,
    contextLength,
    embeddingLength,
    headCount: heads?.headCount,
    headCountKv: heads?.headCountKv,
    keyLength,
    valueLength,
    feedForwardLength: optional("feed_forward_length", 0),
    expertCount,
  };
}

function refuseParts(gguf: Gguf, architecture: string): void {
  const kind = gguf.metadata.get("general.type")?.value;
  if (parts.has(architecture) || kind === "adapter" || kind === "mmproj") {
    throw invalidGguf(
      `this file is a part of a model (${architecture}), not a model`,
      { key: "general.architecture" },
      "Open the file of the language model itself.",
    );
  }
}

interface Bounds {
  least?: number;
  most?: number;
}

/** A whole number of the metadata within bounds; undefined when absent. */
export function whole(gguf: Gguf, key: string, { least = 1, most = largest }: Bounds = {}): number | undefined {
  const value = gguf.number(key);
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalidGguf(`${key} is ${value}, expected a whole number from ${least} to ${most}`, { key });
  return value;
}

/** The array under a key that other models give one number for. */
function perLayer(gguf: Gguf, key: string): GgufArray | undefined {
  return gguf.metadata.get(key)?.type === "array" ? gguf.arrayInfo(key) : undefined;
}

function missing(key: string): never {
  throw invalidGguf(`${key} is missing`, { key });
}

function headCounts(gguf: Gguf, architecture: string, layerCount: number): { headCount: number | undefined; headCountKv: number | undefined } {
  const headKey = `${architecture}.attention.head_count`;
  const kvKey = `${architecture}.attention.head_count_kv`;
  for (const key of [headKey, kvKey]) {
    const counts = perLayer(gguf, key);
    if (counts && (counts.length < layerCount || !/^u?int\d+$/.test(counts.elementType))) {
      throw invalidGguf(`${key} has ${counts.length} values of type ${counts.elementType} for ${layerCount} layers`, { key });
    }
  }
  const headCount = perLayer(gguf, headKey) ? undefined : (whole(gguf, headKey, { most: 65_536 }) ?? missing(headKey));
  const headCountKv = perLayer(gguf, kvKey) ? undefined : (whole(gguf, kvKey, { most: 65_536 }) ?? headCount);
  if (headCount !== undefined && headCountKv !== undefined && headCount % headCountKv !== 0) {
    throw invalidGguf(`${kvKey} is ${headCountKv}, which does not divide the ${headCount} attention heads`, { key: kvKey });
  }
  return { headCount, headCountKv };
}

/** Numbers that must be finite because every token is computed with them. */
function checkNumbers(gguf: Gguf, architecture: string): void {
  const positive = ["rope.freq_base", "rope.scaling.factor"];
  const notNegative = ["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"];
  for (const name of [...positive, ...notNegative]) {
    const key = `${architecture}.${name}`;
    if (perLayer(gguf, key)) continue;
    const value = gguf.number(key);
    const least = positive.includes(name) ? "above 0" : "of at least 0";
    const fits = value === undefined || (Number.isFinite(value) && (positive.includes(name) ? value > 0 : value >= 0));
    if (!fits) throw invalidGguf(`${key} is ${value}, expected a finite number ${least}`, { key });
  }
}
