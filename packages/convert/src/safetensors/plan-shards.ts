import { type FloatType, floatTypeBytes } from "../source/float-pieces.ts";
import type { LlamaLayer, LlamaWeights, Projection } from "../source/llama-weights.ts";
import type { WeightTensor } from "../source/open-weights.ts";

export interface NamedWeight {
  readonly name: string;
  readonly tensor: WeightTensor;
  readonly shape: readonly number[];
  readonly type: FloatType;
  readonly sizeBytes: number;
}

export interface Shard {
  readonly path: string;
  readonly weights: readonly NamedWeight[];
  readonly sizeBytes: number;
}

/** Names of Hugging Face for the parts of a layer. */
const parts = {
  attentionNorm: "input_layernorm",
  q: "self_attn.q_proj",
  k: "self_attn.k_proj",
  v: "self_attn.v_proj",
  qNorm: "self_attn.q_norm",
  kNorm: "self_attn.k_norm",
  attentionOutput: "self_attn.o_proj",
  feedForwardNorm: "post_attention_layernorm",
  gate: "mlp.gate_proj",
  up: "mlp.up_proj",
  down: "mlp.down_proj",
} as const satisfies Record<keyof LlamaLayer, string>;

/** The type that a tensor is written in: its own where it has one and none is asked for. */
export function writtenType({ layout, type }: Pick<WeightTensor, "layout" | "type">, asked: FloatType | undefined): FloatType {
  return asked ?? (layout ? "F32" : (type as FloatType));
}

/** Tensors in files of at most `shardBytes` each, unless one tensor alone has more. */
export function planShards(weights: LlamaWeights, asked: FloatType | undefined, shardBytes: number): Shard[] {
  const groups: NamedWeight[][] = [[]];
  let filled = 0;
  for (const { name, tensor } of namedWeights(weights)) {
    const isList = tensor.rows === 1 || tensor.columns === 1;
    const elements = tensor.rows * tensor.columns;
    const type = writtenType(tensor, asked);
    const sizeBytes = elements * floatTypeBytes[type];
    if (filled > 0 && filled + sizeBytes > shardBytes) {
      groups.push([]);
      filled = 0;
    }
    filled += sizeBytes;
    groups.at(-1)?.push({ name, tensor, type, sizeBytes, shape: isList ? [elements] : [tensor.rows, tensor.columns] });
  }
  const digits = (value: number) => String(value).padStart(5, "0");
  return groups.map((group, index) => ({
    path: groups.length === 1 ? "model.safetensors" : `model-${digits(index + 1)}-of-${digits(groups.length)}.safetensors`,
    weights: group,
    sizeBytes: group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }));
}

function* namedWeights({ embedding, layers, norm, output }: LlamaWeights): Iterable<{ name: string; tensor: WeightTensor }> {
  yield { name: "model.embed_tokens.weight", tensor: embedding };
  for (const [index, layer] of layers.entries()) {
    for (const [part, name] of Object.entries(parts)) {
      const found: WeightTensor | Projection | undefined = layer[part as keyof LlamaLayer];
      if (!found) continue;
      const { weight, bias } = "weight" in found ? found : { weight: found, bias: undefined };
      yield { name: `model.layers.${index}.${name}.weight`, tensor: weight };
      if (bias) yield { name: `model.layers.${index}.${name}.bias`, tensor: bias };
    }
  }
  yield { name: "model.norm.weight", tensor: norm };
  if (output) yield { name: "lm_head.weight", tensor: output };
}
