import { TenfoldError } from "@tenfold/catalog";
import type { Gguf } from "@tenfold/core/gguf";

/** The architectures whose layers are Llama's. The value says in which order a file holds the rows of q and k. */
const architectures: ReadonlyMap<string, { family: LlamaShape["family"]; interleaved: boolean }> = new Map([
  ["llama", { family: "llama", interleaved: true }],
  ["qwen2", { family: "qwen2", interleaved: false }],
  ["qwen3", { family: "qwen3", interleaved: false }],
]);

/** Keys that change what a layer computes, in ways that are not reproduced. */
const changing = [
  "attention.scale",
  "attention.max_alibi_bias",
  "attention.clamp_kqv",
  "attention.temperature_scale",
  "attn_logit_softcapping",
  "final_logit_softcapping",
  "embedding_scale",
  "residual_scale",
  "logit_scale",
];

/** The numbers of a model whose layers are Llama's. */
export interface LlamaShape {
  readonly family: "llama" | "qwen2" | "qwen3";
  /** Rows of q and k lie in pairs that are rotated together, as llama.cpp wants them; Hugging Face and ONNX have two halves of a head. */
  readonly interleaved: boolean;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly embeddingLength: number;
  readonly feedForwardLength: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly headCountKv: number;
  readonly headLength: number;
  readonly normEpsilon: number;
  readonly ropeBase: number;
}

/** @throws TenfoldError `unsupported-format` for what would compute something else than the file means. */
export function readLlamaShape(gguf: Gguf): LlamaShape {
  const architecture = gguf.string("general.architecture") ?? "";
  const known = architectures.get(architecture);
  if (!known) throw unsupported(`its architecture is ${JSON.stringify(architecture)}; ${[...architectures.keys()].join(", ")} can be converted`);
  const number = (name: string) => (gguf.metadata.get(`${architecture}.${name}`)?.type === "array" ? listed(name) : gguf.number(`${architecture}.${name}`));
  const needed = (name: string) => number(name) ?? missing(`${architecture}.${name}`);
  const [embeddingLength, headCount] = [needed("embedding_length"), needed("attention.head_count")];
  const headLength = number("attention.key_length") ?? embeddingLength / headCount;
  const shape: LlamaShape = {
    ...known,
    vocabularySize: gguf.tensors.find(({ name }) => name === "token_embd.weight")?.shape[1] ?? 0,
    contextLength: needed("context_length"),
    embeddingLength,
    feedForwardLength: needed("feed_forward_length"),
    layerCount: needed("block_count"),
    headCount,
    headCountKv: number("attention.head_count_kv") ?? headCount,
    headLength,
    normEpsilon: needed("attention.layer_norm_rms_epsilon"),
    ropeBase: number("rope.freq_base") ?? 10_000,
  };
  if ((number("expert_count") ?? 0) > 0) throw unsupported("its layers have experts");
  for (const name of changing) if ((number(name) ?? 0) !== 0) throw unsupported(`it sets ${architecture}.${name}`);
  const window = number("attention.sliding_window") ?? 0;
  if (window > 0 && window < shape.contextLength) throw unsupported(`its attention sees ${window} tokens at a time`);
  for (const [name, length] of [
    ["attention.value_length", number("attention.value_length") ?? headLength],
    ["rope.dimension_count", number("rope.dimension_count") ?? headLength],
  ] as const) {
    if (length !== headLength) throw unsupported(`${architecture}.${name} is ${length} and its heads are ${headLength} wide`);
  }
  return shape;
}

export function unsupported(why: string, remedy = "Run it with llama.cpp, or convert the original model with its own tools."): TenfoldError {
  return new TenfoldError("unsupported-format", `The model cannot be converted: ${why}.`, { remedy });
}

function missing(key: string): never {
  throw new TenfoldError("invalid-format", `Invalid GGUF: ${key} is missing.`, { details: { key } });
}

function listed(name: string): never {
  throw unsupported(`its layers differ in ${name}`);
}
