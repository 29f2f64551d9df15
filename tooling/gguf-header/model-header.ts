import { encodeGguf, type HeaderTensor, type HeaderValue } from "./encode-gguf.ts";

type WeightType = HeaderTensor["type"];

/** A model by its published numbers. */
export interface ModelHeader {
  architecture: "llama" | "qwen3" | "gemma3" | "phi3" | "mamba";
  layers: number;
  embedding: number;
  heads: number;
  /** One number, or one for each layer. */
  kvHeads: number | readonly number[];
  /** Of each head's keys and values. Absent: embedding / heads. */
  headLength?: number;
  feedForward: number;
  vocabulary: number;
  context: number;
  /** The output shares the token embedding. */
  tied: boolean;
  window?: number;
  state?: { convolution: number; inner: number; state: number; timeStepRank: number };
  weights: WeightType;
  /** Default: as `weights`. */
  embeddingWeights?: WeightType;
}

/** What published models are made of; numbers from the config.json of each. */
export const publishedModels = {
  "llama-3.2-1b": model("llama", {
    layers: 16,
    embedding: 2048,
    heads: 32,
    kvHeads: 8,
    headLength: 64,
    feedForward: 8192,
    vocabulary: 128256,
    context: 131072,
    tied: true,
  }),
  "llama-3.2-3b": model("llama", {
    layers: 28,
    embedding: 3072,
    heads: 24,
    kvHeads: 8,
    headLength: 128,
    feedForward: 8192,
    vocabulary: 128256,
    context: 131072,
    tied: true,
  }),
  "mistral-7b-v0.3": model("llama", { layers: 32, embedding: 4096, heads: 32, kvHeads: 8, feedForward: 14336, vocabulary: 32768, context: 32768, tied: false }),
  "qwen3-0.6b": model("qwen3", {
    layers: 28,
    embedding: 1024,
    heads: 16,
    kvHeads: 8,
    headLength: 128,
    feedForward: 3072,
    vocabulary: 151936,
    context: 40960,
    tied: true,
  }),
  "qwen3-4b": model("qwen3", {
    layers: 36,
    embedding: 2560,
    heads: 32,
    kvHeads: 8,
    headLength: 128,
    feedForward: 9728,
    vocabulary: 151936,
    context: 40960,
    tied: true,
  }),
  "gemma-3-1b": model("gemma3", {
    layers: 26,
    embedding: 1152,
    heads: 4,
    kvHeads: 1,
    headLength: 256,
    feedForward: 6912,
    vocabulary: 262144,
    context: 32768,
    tied: true,
    window: 512,
  }),
  "gemma-3-4b": model("gemma3", {
    layers: 34,
    embedding: 2560,
    heads: 8,
    kvHeads: 4,
    headLength: 256,
    feedForward: 10240,
    vocabulary: 262208,
    context: 131072,
    tied: true,
    window: 1024,
  }),
  "phi-3-mini-4k": model("phi3", {
    layers: 32,
    embedding: 3072,
    heads: 32,
    kvHeads: 32,
    feedForward: 8192,
    vocabulary: 32064,
    context: 4096,
    tied: false,
    window: 2047,
  }),
  "mamba-130m": model("mamba", {
    layers: 24,
    embedding: 768,
    heads: 0,
    kvHeads: 0,
    feedForward: 0,
    vocabulary: 50280,
    context: 1048576,
    tied: true,
    state: { convolution: 4, inner: 1536, state: 16, timeStepRank: 48 },
  }),
} satisfies Record<string, Omit<ModelHeader, "weights">>;

function model(architecture: ModelHeader["architecture"], numbers: Omit<ModelHeader, "weights" | "architecture">): Omit<ModelHeader, "weights"> {
  return { architecture, ...numbers };
}

/**
 * A GGUF file without weights, for what reads headers alone. Written as a file of `sizeBytes` whose end is a hole, it also loads in
 * llama.cpp, with weights of zero and no room taken on the disk. The vocabulary is of made-up tokens.
 */
export function encodeModelHeader(header: ModelHeader): { head: Uint8Array; sizeBytes: number } {
  return encodeGguf({ ...hyperparameters(header), ...vocabulary(header.vocabulary) }, tensorsOf(header));
}

function hyperparameters({ architecture, window, state, ...header }: ModelHeader): Record<string, HeaderValue> {
  const { kvHeads, headLength } = header;
  const attention: Record<string, HeaderValue> = state
    ? {
        "ssm.conv_kernel": state.convolution,
        "ssm.inner_size": state.inner,
        "ssm.state_size": state.state,
        "ssm.time_step_rank": state.timeStepRank,
        "attention.head_count": 0,
      }
    : {
        "attention.head_count": header.heads,
        "attention.head_count_kv": typeof kvHeads === "number" ? kvHeads : { int32s: kvHeads },
        "rope.dimension_count": headLength ?? header.embedding / header.heads,
        ...(headLength === undefined ? {} : { "attention.key_length": headLength, "attention.value_length": headLength }),
        ...(window === undefined ? {} : { "attention.sliding_window": window }),
      };
  const own: Record<string, HeaderValue> = {
    block_count: header.layers,
    context_length: header.context,
    embedding_length: header.embedding,
    feed_forward_length: header.feedForward,
    "attention.layer_norm_rms_epsilon": { float: 1e-5 },
    ...attention,
  };
  return { "general.architecture": architecture, ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value])) };
}

function vocabulary(size: number): Record<string, HeaderValue> {
  const strings = Array.from({ length: size }, (_, id) =>
    id < 3 ? (["<unk>", "<s>", "</s>"][id] ?? "") : id < 259 ? `<0x${(id - 3).toString(16).toUpperCase().padStart(2, "0")}>` : `t${id}`,
  );
  return {
    "tokenizer.ggml.model": "llama",
    "tokenizer.ggml.tokens": { strings },
    "tokenizer.ggml.scores": { floats: strings.map((_, id) => -id) },
    "tokenizer.ggml.token_type": { int32s: strings.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)) },
  };
}

function tensorsOf(header: ModelHeader): HeaderTensor[] {
  const { embedding, layers, tied, weights, embeddingWeights = weights } = header;
  const tensors: HeaderTensor[] = [
    { name: "token_embd.weight", shape: [embedding, header.vocabulary], type: embeddingWeights },
    { name: "output_norm.weight", shape: [embedding], type: "F32" },
  ];
  if (!tied) tensors.push({ name: "output.weight", shape: [embedding, header.vocabulary], type: embeddingWeights });
  for (let layer = 0; layer < layers; layer += 1) {
    const matrices = header.architecture === "mamba" ? stateLayer(header) : attentionLayer(header, layer);
    for (const [name, ...shape] of matrices) tensors.push({ name: `blk.${layer}.${name}`, shape, type: isSmall(name, shape) ? "F32" : weights });
  }
  return tensors;
}

/** Norms and what a state space is made of stay in F32, as llama.cpp's converter writes them. */
const isSmall = (name: string, shape: readonly number[]) => shape.length === 1 || /ssm_(?:conv1d|a$)/.test(name);

type Matrix = [name: string, ...shape: number[]];

function attentionLayer(header: ModelHeader, layer: number): Matrix[] {
  const { architecture, embedding, heads, feedForward } = header;
  const headLength = header.headLength ?? embedding / heads;
  const query = heads * headLength;
  const kv = (typeof header.kvHeads === "number" ? header.kvHeads : (header.kvHeads[layer] ?? 0)) * headLength;
  const norms: Matrix[] = [
    ["attn_norm.weight", embedding],
    ["ffn_norm.weight", embedding],
  ];
  if (architecture === "qwen3" || architecture === "gemma3") norms.push(["attn_q_norm.weight", headLength], ["attn_k_norm.weight", headLength]);
  if (architecture === "gemma3") norms.push(["post_attention_norm.weight", embedding], ["post_ffw_norm.weight", embedding]);
  if (architecture === "phi3") {
    return [
      ...norms,
      ["attn_qkv.weight", embedding, query + 2 * kv],
      ["attn_output.weight", query, embedding],
      ["ffn_up.weight", embedding, 2 * feedForward],
      ["ffn_down.weight", feedForward, embedding],
    ];
  }
  const attention: Matrix[] = [
    ["attn_q.weight", embedding, query],
    ["attn_k.weight", embedding, kv],
    ["attn_v.weight", embedding, kv],
    ["attn_output.weight", query, embedding],
  ];
  return [
    ...norms,
    ...(kv > 0 ? attention : []),
    ["ffn_gate.weight", embedding, feedForward],
    ["ffn_up.weight", embedding, feedForward],
    ["ffn_down.weight", feedForward, embedding],
  ];
}

function stateLayer({ embedding, state }: ModelHeader): Matrix[] {
  const { convolution = 0, inner = 0, state: size = 0, timeStepRank = 0 } = state ?? {};
  return [
    ["attn_norm.weight", embedding],
    ["ssm_in.weight", embedding, 2 * inner],
    ["ssm_conv1d.weight", convolution, inner],
    ["ssm_conv1d.bias", inner],
    ["ssm_x.weight", inner, timeStepRank + 2 * size],
    ["ssm_dt.weight", timeStepRank, inner],
    ["ssm_dt.bias", inner],
    ["ssm_a", size, inner],
    ["ssm_d", inner],
    ["ssm_out.weight", inner, embedding],
  ];
}
