import type { Gguf, GgufTensor } from "../formats/gguf/gguf.ts";
import { whole } from "../formats/gguf/validate-architecture.ts";
import type { AttentionShape, LayerShape, ModelShape } from "./model-shape.ts";

const mostLayers = 512;

/**
 * The sizes of a GGUF model from its header. What a layer is, attention or recurrent, gated, with fused projections, is told by the names
 * of its tensors, so that architectures which mix them need no list.
 * @throws TenfoldError `invalid-format` for keys of a wrong type or beyond reason.
 */
export async function readGgufShape(gguf: Gguf, signal?: AbortSignal): Promise<ModelShape> {
  const architecture = gguf.string("general.architecture") ?? "";
  const tensors = new Map(gguf.tensors.map((tensor) => [tensor.name, tensor]));
  const embedding = tensors.get("token_embd.weight");
  const layerCount = whole(gguf, `${architecture}.block_count`, { least: 0, most: mostLayers }) ?? 0;
  const window = scalar(gguf, `${architecture}.attention.sliding_window`);
  const windowed = await perLayer(gguf, `${architecture}.attention.sliding_window_pattern`, signal);
  const heads = await headCounts(gguf, architecture, signal);
  const feedForward = await perLayer(gguf, `${architecture}.feed_forward_length`, signal);
  const kept = layerCount - (scalar(gguf, `${architecture}.attention.shared_kv_layers`) ?? 0);
  const grouped = tensorsByLayer(gguf.tensors);
  const layers = Array.from({ length: layerCount }, (_, index) => {
    const layer = layerOf(gguf, architecture, grouped.get(index) ?? new Map(), { heads: heads(index), feedForward: valueAt(feedForward, index) ?? 0 });
    return index < kept || !layer.attention ? layer : { ...layer, attention: { ...layer.attention, kvHeadCount: 0 } };
  });
  return {
    architecture,
    weightsBytes: gguf.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    weights: gguf.tensors,
    tied: embedding !== undefined && !tensors.has("output.weight"),
    layers,
    ...defined("embeddingLength", scalar(gguf, `${architecture}.embedding_length`)),
    ...defined("vocabularySize", embedding?.shape[1] ?? gguf.arrayInfo("tokenizer.ggml.tokens")?.length),
    ...(window ? { window } : {}),
    ...(windowed ? { windowed: windowed.length > 1 ? windowed.map(Boolean) : (windowed[0] ?? 1) } : {}),
    ...(gguf.metadata.has(`${architecture}.pooling_type`) || gguf.metadata.get(`${architecture}.attention.causal`)?.value === false ? { encoder: true } : {}),
  };
}

type Names = ReadonlyMap<string, GgufTensor>;

function tensorsByLayer(tensors: readonly GgufTensor[]): ReadonlyMap<number, Names> {
  const layers = new Map<number, Map<string, GgufTensor>>();
  for (const tensor of tensors) {
    const [, index, name] = /^blk\.(\d+)\.(.+)$/.exec(tensor.name) ?? [];
    if (index === undefined || name === undefined) continue;
    const layer = layers.get(Number(index)) ?? new Map<string, GgufTensor>();
    layers.set(Number(index), layer.set(name, tensor));
  }
  return layers;
}

interface LayerNumbers {
  heads: { headCount: number; kvHeadCount: number };
  feedForward: number;
}

function layerOf(gguf: Gguf, architecture: string, names: Names, { heads, feedForward }: LayerNumbers): LayerShape {
  const fused = names.has("attn_qkv.weight");
  const attends = fused || names.has("attn_k.weight") || names.has("attn_kv_a_mqa.weight");
  const state = recurrentState(gguf, architecture, names);
  const experts = names.has("ffn_up_exps.weight") || names.has("ffn_gate_up_exps.weight");
  const used = (scalar(gguf, `${architecture}.expert_used_count`) ?? 1) * (scalar(gguf, `${architecture}.expert_feed_forward_length`) ?? feedForward);
  const width = experts ? used : feedForward;
  const gated = names.has("ffn_gate.weight") || names.has("ffn_gate_exps.weight");
  const gateFused = !gated && (names.get("ffn_up.weight")?.shape[1] ?? 0) === 2 * width;
  return {
    ...(attends && heads.headCount > 0 && heads.kvHeadCount > 0 ? { attention: attentionOf(gguf, architecture, names, heads, fused) } : {}),
    ...state,
    feedForwardLength: width,
    gate: gated ? "separate" : gateFused ? "fused" : "none",
    ...(names.has("post_attention_norm.weight") && names.has("ffn_norm.weight") ? { normalizedAfter: true } : {}),
  };
}

function attentionOf(gguf: Gguf, architecture: string, names: Names, heads: LayerNumbers["heads"], fused: boolean): AttentionShape {
  const embeddingLength = scalar(gguf, `${architecture}.embedding_length`) ?? 0;
  const keyLength = scalar(gguf, `${architecture}.attention.key_length`) ?? embeddingLength / heads.headCount;
  return {
    ...heads,
    keyLength,
    valueLength: scalar(gguf, `${architecture}.attention.value_length`) ?? keyLength,
    ...(fused ? { fused } : {}),
    ...(names.has("attn_k.bias") || names.has("attn_qkv.bias") ? { biased: true } : {}),
    ...(names.has("attn_k_norm.weight") ? { normalized: true } : {}),
  };
}

/**
 * What a recurrent layer keeps, in elements of F32. State spaces: (convolution − 1) × (inner + 2 × groups × state) and state × inner; RWKV:
 * shifted tokens × embedding and embedding × head size; short convolutions: (length − 1) × embedding. Source: n_embd_r and n_embd_s in
 * src/llama-hparams.cpp of llama.cpp.
 */
function recurrentState(gguf: Gguf, architecture: string, names: Names): Pick<LayerShape, "stateElements" | "stateWidth"> {
  const number = (name: string) => scalar(gguf, `${architecture}.${name}`) ?? 0;
  const embedding = number("embedding_length");
  if (names.has("ssm_conv1d.weight")) {
    const inner = number("ssm.inner_size");
    const size = number("ssm.state_size");
    const convolved = inner + 2 * number("ssm.group_count") * size;
    return { stateElements: Math.max(0, number("ssm.conv_kernel") - 1) * convolved + size * inner, stateWidth: inner };
  }
  if (names.has("shortconv.conv.weight")) return { stateElements: Math.max(0, number("shortconv.l_cache") - 1) * embedding, stateWidth: embedding };
  const headSize = number("wkv.head_size");
  if (headSize === 0 || ![...names.keys()].some((name) => name.startsWith("time_mix"))) return {};
  return { stateElements: (number("token_shift_count") || 2) * embedding + embedding * headSize, stateWidth: embedding };
}

async function headCounts(gguf: Gguf, architecture: string, signal: AbortSignal | undefined): Promise<(index: number) => LayerNumbers["heads"]> {
  const all = await perLayer(gguf, `${architecture}.attention.head_count`, signal);
  const kv = await perLayer(gguf, `${architecture}.attention.head_count_kv`, signal);
  return (index) => {
    const headCount = valueAt(all, index) ?? 0;
    return { headCount, kvHeadCount: valueAt(kv, index) ?? headCount };
  };
}

/** The numbers under a key, one for all layers or one for each. */
async function perLayer(gguf: Gguf, key: string, signal: AbortSignal | undefined): Promise<readonly number[] | undefined> {
  const entry = gguf.metadata.get(key);
  if (!entry) return undefined;
  if (entry.type !== "array") return [Number(entry.value)];
  return (await gguf.array(key, signal ? { signal } : {}))?.map(Number);
}

const valueAt = (values: readonly number[] | undefined, index: number) => (values?.length === 1 ? values[0] : values?.[index]);

/** A number that holds for all layers; undefined where there is one for each. */
function scalar(gguf: Gguf, key: string): number | undefined {
  return gguf.metadata.get(key)?.type === "array" ? undefined : gguf.number(key);
}

function defined<Key extends string>(key: Key, value: number | undefined): { [name in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [name in Key]: number });
}
