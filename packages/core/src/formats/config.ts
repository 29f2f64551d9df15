import type { ModelMetadata } from "../contract/installed-model.ts";
import { nearest } from "./folder.ts";
import type { ModelFile } from "./format-handler.ts";
import type { Refusal } from "./invalid-format.ts";
import { isObject, type JsonObject, readJsonFile } from "./json-text.ts";

/** What config.json and its neighbours say of the weights that lie nearest them. */
export interface ModelConfig {
  metadata: Omit<ModelMetadata, "format">;
  /** Bits of a quantized weight, in all and by layer, as MLX writes it. */
  quantization?: { bits: number; layers: ReadonlyMap<string, number> };
}

const mostTemplateBytes = 1024 * 1024;

/** @param path a file of the folder to look in. */
export async function readConfig(files: readonly ModelFile[], path: string, refuse: Refusal): Promise<ModelConfig> {
  const file = nearest(files, path, "config.json");
  const config = file ? await readJsonFile(file, refuse) : {};
  const text = isObject(config.text_config) ? config.text_config : {};
  const count = (...keys: string[]) => firstCount({ ...text, ...config }, keys, refuse, file?.path);
  const quantization = readQuantization(config, refuse, file?.path);
  const chatTemplate = await readChatTemplate(files, path, refuse);
  const contextLength = count("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "max_sequence_length");
  const embeddingLength = count("hidden_size", "n_embd", "d_model");
  const layerCount = count("num_hidden_layers", "n_layer", "num_layers", "n_layers");
  const vocabularySize = count("vocab_size");
  return {
    metadata: {
      ...(typeof config.model_type === "string" && config.model_type ? { architecture: config.model_type } : {}),
      ...(quantization ? { quantization: `${quantization.bits}-bit` } : {}),
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(embeddingLength === undefined ? {} : { embeddingLength }),
      ...(layerCount === undefined ? {} : { layerCount }),
      ...(vocabularySize === undefined ? {} : { vocabularySize }),
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
    },
    ...(quantization ? { quantization } : {}),
  };
}

function firstCount(config: JsonObject, keys: string[], refuse: Refusal, file = "config.json"): number | undefined {
  for (const key of keys) {
    const value = config[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > 2 ** 31) {
      throw refuse(`${key} is ${JSON.stringify(value)?.slice(0, 40)}, expected a whole number`, { file, name: key });
    }
    return value;
  }
  return undefined;
}

function readQuantization(config: JsonObject, refuse: Refusal, file = "config.json"): ModelConfig["quantization"] {
  const block = [config.quantization, config.quantization_config].find(isObject);
  if (block?.bits === undefined) return undefined;
  const layers = new Map<string, number>();
  for (const [name, layer] of Object.entries(block)) if (isObject(layer) && layer.bits !== undefined) layers.set(name, bitsOf(layer.bits, refuse, file));
  return { bits: bitsOf(block.bits, refuse, file), layers };
}

function bitsOf(value: unknown, refuse: Refusal, file: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 16) return value;
  throw refuse(`a quantization has ${JSON.stringify(value)?.slice(0, 40)} bits, expected 1 to 16`, { file });
}

async function readChatTemplate(files: readonly ModelFile[], path: string, refuse: Refusal): Promise<string | undefined> {
  const own = nearest(files, path, "chat_template.jinja");
  if (own) {
    if (own.sizeBytes > mostTemplateBytes) throw refuse(`a chat template has ${own.sizeBytes} bytes; ${mostTemplateBytes} is the most`, { file: own.path });
    return new TextDecoder().decode(await own.read());
  }
  const file = nearest(files, path, "tokenizer_config.json");
  const template = file && (await readJsonFile(file, refuse)).chat_template;
  if (typeof template === "string") return template;
  // Several templates by name: the one for plain conversations is called "default".
  const named = Array.isArray(template) ? template.filter(isObject).find((entry) => entry.name === "default")?.template : undefined;
  return typeof named === "string" ? named : undefined;
}
