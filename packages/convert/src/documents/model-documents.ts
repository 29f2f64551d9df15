import type { LlamaShape } from "../source/llama-shape.ts";
import type { Rotary } from "../source/rotary-frequencies.ts";
import type { SpecialTokens } from "./special-tokens.ts";

export interface ModelFacts {
  shape: LlamaShape;
  rotary: Rotary;
  tokens: SpecialTokens;
  /** Embedding and output are one matrix. */
  tied: boolean;
  attentionBias: boolean;
  attentionOutputBias: boolean;
  feedForwardBias: boolean;
}

const classes = { llama: "LlamaForCausalLM", qwen2: "Qwen2ForCausalLM", qwen3: "Qwen3ForCausalLM" } as const;
const dtypes = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;
const oneOrAll = (ids: readonly number[]) => (ids.length === 1 ? ids[0] : ids);

/** config.json of transformers and MLX. @param dtype of the weights beside it. */
export function modelConfig({ shape, rotary, tokens, tied, attentionBias, feedForwardBias }: ModelFacts, dtype: keyof typeof dtypes): object {
  return {
    architectures: [classes[shape.family]],
    model_type: shape.family,
    vocab_size: shape.vocabularySize,
    hidden_size: shape.embeddingLength,
    intermediate_size: shape.feedForwardLength,
    num_hidden_layers: shape.layerCount,
    num_attention_heads: shape.headCount,
    num_key_value_heads: shape.headCountKv,
    head_dim: shape.headLength,
    max_position_embeddings: shape.contextLength,
    rope_theta: shape.ropeBase,
    rope_scaling: rotary.scaling ?? null,
    rms_norm_eps: decimal(shape.normEpsilon),
    hidden_act: "silu",
    ...(shape.family === "llama" ? { attention_bias: attentionBias, mlp_bias: feedForwardBias } : {}),
    ...(shape.family === "qwen3" ? { attention_bias: attentionBias } : {}),
    attention_dropout: 0,
    tie_word_embeddings: tied,
    use_cache: true,
    torch_dtype: dtypes[dtype],
    ...tokenIds(tokens),
  };
}

export function generationConfig({ tokens }: ModelFacts): object {
  return { ...tokenIds(tokens), do_sample: false };
}

/** genai_config.json of onnxruntime-genai, which adapters read too. */
export function genAiConfig({ shape, tokens }: ModelFacts, filename: string): object {
  return {
    model: {
      type: shape.family,
      vocab_size: shape.vocabularySize,
      context_length: shape.contextLength,
      ...tokenIds(tokens),
      ...(tokens.pad === undefined && tokens.ends[0] !== undefined ? { pad_token_id: tokens.ends[0] } : {}),
      decoder: {
        session_options: { log_id: "onnxruntime-genai", provider_options: [] },
        filename,
        head_size: shape.headLength,
        hidden_size: shape.embeddingLength,
        num_attention_heads: shape.headCount,
        num_hidden_layers: shape.layerCount,
        num_key_value_heads: shape.headCountKv,
        inputs: {
          input_ids: "input_ids",
          attention_mask: "attention_mask",
          past_key_names: "past_key_values.%d.key",
          past_value_names: "past_key_values.%d.value",
        },
        outputs: { logits: "logits", present_key_names: "present.%d.key", present_value_names: "present.%d.value" },
      },
    },
    search: { do_sample: false, max_length: shape.contextLength, min_length: 0, num_beams: 1, past_present_share_buffer: true },
  };
}

function tokenIds({ begin, pad, ends }: SpecialTokens): object {
  return {
    ...(begin === undefined ? {} : { bos_token_id: begin }),
    ...(ends.length === 0 ? {} : { eos_token_id: oneOrAll(ends) }),
    ...(pad === undefined ? {} : { pad_token_id: pad }),
  };
}

/** A 32-bit float as people wrote it: 1e-5, not 0.000009999999747378752. */
function decimal(value: number): number {
  return Number(value.toPrecision(7));
}
