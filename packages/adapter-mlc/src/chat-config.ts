import { parseJson, TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";
import { z } from "zod";

const mostBytes = 16 * 1024 * 1024;
const count = z.int().min(1).max(16_777_216);
/** MLC writes -1 for a window that there is none of. */
const windowSize = z.int().min(-1).max(16_777_216);

/** What is used of mlc-chat-config.json. */
const chatConfigSchema = z.looseObject({
  model_type: z.string(),
  model_task: z.string().optional(),
  quantization: z.string().default(""),
  vocab_size: count,
  context_window_size: windowSize.default(-1),
  sliding_window_size: windowSize.default(-1),
  prefill_chunk_size: windowSize.default(-1),
  tokenizer_files: z.array(z.string()).default([]),
  conv_template: z.looseObject({ stop_token_ids: z.array(z.int().nonnegative()).default([]) }).optional(),
  model_config: z
    .looseObject({
      hidden_size: count.optional(),
      num_hidden_layers: count.optional(),
      num_attention_heads: count.optional(),
      num_key_value_heads: count.optional(),
      head_dim: count.optional(),
    })
    .default({}),
});
export type ChatConfig = z.infer<typeof chatConfigSchema>;

const tensorCacheSchema = z.looseObject({
  records: z.array(z.looseObject({ dataPath: z.string(), nbytes: z.int().nonnegative(), md5sum: z.string().optional() })),
});
export type Shard = z.infer<typeof tensorCacheSchema>["records"][number];

/** @throws TenfoldError `invalid-format` saying where. */
export async function readChatConfig(file: InstalledFile): Promise<ChatConfig> {
  return parseJson(chatConfigSchema, await textOf(file), file.path, "invalid-format");
}

/** @throws TenfoldError `invalid-format` saying where. */
export async function readShards(file: InstalledFile): Promise<readonly Shard[]> {
  return parseJson(tensorCacheSchema, await textOf(file), file.path, "invalid-format").records;
}

async function textOf(file: InstalledFile): Promise<string> {
  if (file.sizeBytes > mostBytes) {
    throw new TenfoldError("invalid-format", `${file.path} has ${file.sizeBytes} bytes; ${mostBytes} is the most.`, { framework: "mlc-llm" });
  }
  return new TextDecoder().decode(await file.read());
}

/** Encoders are compiled without a cache, and embed. */
export const taskOf = ({ model_task, model_type }: ChatConfig): "chat" | "embeddings" =>
  model_task === "embedding" || /bert|embed/i.test(model_type) ? "embeddings" : "chat";

/** Bytes of keys and values for each position; 0 where the configuration does not tell. */
export function cacheBytesPerPosition({ quantization, model_config }: ChatConfig): number {
  const { num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyHeads = heads, hidden_size: hidden } = model_config;
  const headSize = model_config.head_dim ?? (hidden && heads ? hidden / heads : 0);
  const elementBytes = /f32/.test(quantization) ? 4 : 2;
  return 2 * (layers ?? 0) * (keyHeads ?? 0) * headSize * elementBytes;
}
