import { TenfoldError } from "@tenfold/catalog";
import type { NativeSession, ValueInfo } from "./binding.ts";
import { fieldOf, type ModelFiles, numberOf } from "./model-files.ts";
import { elementTypes } from "./tensor-types.ts";

/** One tensor of the KV cache: where it goes in, and where it comes out longer. */
export interface CachePair {
  readonly past: string;
  readonly present: string;
  readonly type: string;
  readonly heads: number;
  readonly headSize: number;
}

/** What an input means. */
export type InputRole = "tokens" | "mask" | "positions" | "segments" | "cache-branch" | "logits-to-keep";

export interface GraphInput {
  readonly name: string;
  readonly type: string;
  readonly role: InputRole;
}

export interface DecoderLayout {
  readonly kind: "decoder";
  readonly inputs: readonly GraphInput[];
  readonly caches: readonly CachePair[];
  readonly logits: { readonly name: string; readonly type: string };
  readonly vocabularySize: number;
  readonly keepsLastLogits: boolean;
}

export interface EncoderLayout {
  readonly kind: "encoder";
  readonly inputs: readonly GraphInput[];
  readonly output: { readonly name: string; readonly type: string };
  /** The output is one vector for the whole text. */
  readonly pooled: boolean;
}

const roles: ReadonlyMap<string, InputRole> = new Map([
  ["input_ids", "tokens"],
  ["attention_mask", "mask"],
  ["position_ids", "positions"],
  ["token_type_ids", "segments"],
  ["use_cache_branch", "cache-branch"],
  ["num_logits_to_keep", "logits-to-keep"],
  ["logits_to_keep", "logits-to-keep"],
]);
const integerTypes: ReadonlySet<string | undefined> = new Set(["int64", "int32"]);
const floatTypes: ReadonlySet<string | undefined> = new Set(["float32", "float16"]);

/**
 * What a graph takes and gives, by its names, types and shapes.
 * @param vocabularySize the tokenizer's, where the graph leaves its own open.
 * @throws TenfoldError `unsupported-format` saying what is missing or unknown.
 */
export function readLayout(session: Pick<NativeSession, "inputs" | "outputs">, files: ModelFiles, vocabularySize: number): DecoderLayout | EncoderLayout {
  const caches = session.inputs.filter(({ name }) => /^past/.test(name));
  const inputs = session.inputs.filter((input) => !caches.includes(input) && !(input.optional && !roles.has(input.name))).map(readInput);
  if (!inputs.some(({ role }) => role === "tokens")) throw unsuitable("has no input input_ids, so it takes no tokens");
  const logits = session.outputs.find(({ name }) => name === "logits");
  if (!logits) {
    if (caches.length > 0) throw unsuitable("has a KV cache and no output logits");
    return encoderLayout(session, inputs);
  }
  if (!floatTypes.has(logits.type)) throw unsuitable(`gives logits as ${logits.type}; float32 and float16 are understood`);
  const stated = logits.shape.at(-1);
  const decoder = fieldOf(fieldOf(files.genai, "model"), "decoder");
  return {
    kind: "decoder",
    inputs,
    caches: caches.map((past) => cachePair(past, session.outputs, { ...files.config, ...decoder })),
    logits: { name: logits.name, type: logits.type ?? "" },
    vocabularySize:
      typeof stated === "number" && stated > 0
        ? stated
        : (numberOf(fieldOf(files.genai, "model"), "vocab_size") ?? numberOf(files.config, "vocab_size") ?? vocabularySize),
    keepsLastLogits: inputs.some(({ role }) => role === "logits-to-keep"),
  };
}

function readInput({ name, type }: ValueInfo): GraphInput {
  const role = roles.get(name);
  if (!role) throw unsuitable(`needs the input ${name}, which only other kinds of models have`);
  if (role === "cache-branch" ? type !== "bool" : !integerTypes.has(type)) throw unsuitable(`takes ${name} as ${type ?? "no tensor"}`);
  return { name, type: type ?? "", role };
}

function cachePair(past: ValueInfo, outputs: readonly ValueInfo[], config: Readonly<Record<string, unknown>>): CachePair {
  const key = keyOf(past.name);
  const present = outputs.find(({ name }) => /^present/.test(name) && keyOf(name) === key);
  if (!present) throw unsuitable(`takes ${past.name} and gives nothing back for it`);
  if (!past.type || !floatTypes.has(past.type) || !elementTypes.has(past.type))
    throw unsuitable(`has a KV cache of ${past.type ?? "no tensors"}; float32 and float16 are understood`);
  if (past.shape.length !== 4) throw unsuitable(`takes ${past.name} with ${past.shape.length} dimensions; 4 are understood`);
  const attentionHeads = numberOf(config, "num_attention_heads");
  const hiddenSize = numberOf(config, "hidden_size");
  const heads = lengthOf(past.shape[1]) ?? numberOf(config, "num_key_value_heads") ?? attentionHeads;
  const split = hiddenSize && attentionHeads ? Math.floor(hiddenSize / attentionHeads) : undefined;
  const headSize = lengthOf(past.shape[3]) ?? numberOf(config, "head_size") ?? numberOf(config, "head_dim") ?? split;
  if (!heads || !headSize || heads > 65_536 || headSize > 65_536)
    throw unsuitable(`says neither in ${past.name} nor in a config.json how many heads of what size its KV cache has`);
  return { past: past.name, present: present.name, type: past.type, heads, headSize };
}

/** Layer and kind, however names are made: "past_key_values.3.value", "present_value_3". */
function keyOf(name: string): string {
  const kind = name.match(/key(?!_values)|value(?!s)/g)?.at(-1);
  const layer = name.match(/\d+/g)?.at(-1);
  if (!kind || !layer || /encoder/.test(name)) throw unsuitable(`has ${name}, which is not the cache of a decoder's layer`);
  return `${layer} ${kind}`;
}

const lengthOf = (dimension: number | string | undefined) => (typeof dimension === "number" && dimension > 0 ? dimension : undefined);

function encoderLayout({ outputs }: Pick<NativeSession, "outputs">, inputs: readonly GraphInput[]): EncoderLayout {
  const pooled = outputs.find(({ name, shape }) => name === "sentence_embedding" || (name === "text_embeds" && shape.length === 2));
  const output =
    pooled ?? outputs.find(({ name }) => name === "last_hidden_state" || name === "token_embeddings") ?? outputs.find(({ shape }) => shape.length === 3);
  if (!output) throw unsuitable(`gives ${outputs.map(({ name }) => name).join(", ")}: neither logits nor vectors of tokens`);
  if (!floatTypes.has(output.type)) throw unsuitable(`gives ${output.name} as ${output.type}`);
  return { kind: "encoder", inputs, output: { name: output.name, type: output.type ?? "" }, pooled: output === pooled };
}

function unsuitable(what: string): TenfoldError {
  return new TenfoldError("unsupported-format", `The graph ${what}.`, {
    framework: "onnx-runtime",
    remedy: "Export the model for text generation or feature extraction, as Optimum or onnxruntime-genai do.",
  });
}
