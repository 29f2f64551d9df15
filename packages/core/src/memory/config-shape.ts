import * as z from "zod/mini";
import type { LayerShape, ModelShape } from "./model-shape.ts";

const count = z.optional(z.nullable(z.int().check(z.positive(), z.lte(2 ** 31))));

/** The keys of a Hugging Face `config.json` that sizes follow from; others are of no concern here. */
const configSchema = z.object({
  model_type: z.optional(z.string()),
  hidden_size: count,
  vocab_size: count,
  num_hidden_layers: z.optional(z.nullable(z.int().check(z.positive(), z.lte(512)))),
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count,
  intermediate_size: count,
  sliding_window: count,
  sliding_window_pattern: count,
  tie_word_embeddings: z.optional(z.boolean()),
});

/**
 * Sizes of a decoder from its config.json, for formats whose files do not describe attention. Models that nest their text model are read
 * through `text_config`. What is missing stays unknown.
 */
export function shapeFromConfig(config: unknown, weightsBytes: number): ModelShape {
  const outer = typeof config === "object" && config !== null ? config : {};
  const inner = "text_config" in outer && typeof outer.text_config === "object" ? outer.text_config : {};
  const read = z.safeParse(configSchema, { ...outer, ...inner });
  if (!read.success) return { weightsBytes };
  const { model_type: architecture, hidden_size: embeddingLength, vocab_size: vocabularySize, num_hidden_layers: layerCount, ...keys } = read.data;
  const heads = keys.num_attention_heads;
  const headLength = keys.head_dim ?? (embeddingLength && heads ? embeddingLength / heads : undefined);
  const layer: LayerShape | undefined =
    heads && headLength
      ? {
          attention: { headCount: heads, kvHeadCount: keys.num_key_value_heads ?? heads, keyLength: headLength, valueLength: headLength },
          feedForwardLength: keys.intermediate_size ?? 0,
          gate: "separate",
        }
      : undefined;
  return {
    weightsBytes,
    ...(architecture ? { architecture } : {}),
    ...(embeddingLength ? { embeddingLength } : {}),
    ...(vocabularySize ? { vocabularySize } : {}),
    ...(layerCount && layer ? { layers: Array.from({ length: layerCount }, () => layer) } : {}),
    ...(keys.sliding_window ? { window: keys.sliding_window } : {}),
    ...(keys.sliding_window_pattern ? { windowed: keys.sliding_window_pattern } : {}),
    tied: keys.tie_word_embeddings ?? false,
  };
}
