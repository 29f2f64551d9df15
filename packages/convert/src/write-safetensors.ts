import type { Source } from "./convert-model.ts";
import type { ConvertOptions } from "./convert-options.ts";
import { modelConfig } from "./documents/model-documents.ts";
import { jsonText } from "./documents/tokenizer-documents.ts";
import type { FolderWriter } from "./folder-writer.ts";
import { planShards, writtenType } from "./safetensors/plan-shards.ts";
import { writeShard } from "./safetensors/write-shard.ts";
import { unsupported } from "./source/llama-shape.ts";
import type { WeightTensor } from "./source/open-weights.ts";

const defaultShardBytes = 5e9;

/** Writes model.safetensors, or several and their index, and config.json. Resolves to whether every number stayed the same. */
export async function writeSafetensors(folder: FolderWriter, source: Source, options: ConvertOptions): Promise<boolean> {
  const { weights, rotary, shape } = source;
  const { type, shardBytes = defaultShardBytes, signal } = options;
  if (weights.rotaryFactors && !rotary.scaling) throw unsupported("its rotary factors are none that config.json can say");
  // transformers has one setting for all four projections of Llama and Qwen 3, and none for Qwen 2, where only the output has no bias.
  if (source.attentionOutputBias !== (shape.family !== "qwen2" && source.attentionBias))
    throw unsupported("only some of its projections have a bias, which config.json cannot say");
  const shards = planShards(weights, type, shardBytes);
  const totalBytes = shards.reduce((sum, shard) => sum + shard.sizeBytes, 0);
  await folder.expect(totalBytes);
  for (const shard of shards) {
    await folder.file(shard.path, shard.sizeBytes, (file) =>
      writeShard(shard, (bytes, position) => file.write(bytes, position), { onBytes: (bytes) => folder.progress(bytes), ...(signal ? { signal } : {}) }),
    );
  }
  if (shards.length > 1) {
    const weightMap = Object.fromEntries(shards.flatMap((shard) => shard.weights.map(({ name }) => [name, shard.path])));
    await folder.text("model.safetensors.index.json", jsonText({ metadata: { total_size: totalBytes }, weight_map: weightMap }));
  }
  await folder.text("config.json", jsonText(modelConfig(source, writtenType(weights.embedding, type))));
  const keeps = (tensor: WeightTensor) => type === undefined || type === "F32" || tensor.type === type;
  return shards.every((shard) => shard.weights.every(({ tensor }) => keeps(tensor)));
}
