import type { ModelMetadata } from "../../contract/installed-model.ts";
import { dominantType } from "../named-tensor.ts";
import type { Gguf } from "./gguf.ts";
import { fileTypes } from "./tensor-types.ts";

/**
 * What a header says of its model, without checking it. Keys that hold a list, one value for each layer, are left out.
 * @throws TenfoldError `invalid-format` for a key of another type than it should be.
 */
export function describeGguf(gguf: Gguf): ModelMetadata {
  const architecture = gguf.string("general.architecture");
  const name = gguf.string("general.name");
  const chatTemplate = gguf.string("tokenizer.chat_template");
  const quantization = fileTypes.get(gguf.number("general.file_type") ?? -1) ?? dominantType(gguf.tensors);
  const count = (key: string) => (gguf.metadata.get(key)?.type === "array" ? undefined : gguf.number(key));
  const contextLength = count(`${architecture}.context_length`);
  const embeddingLength = count(`${architecture}.embedding_length`);
  const layerCount = count(`${architecture}.block_count`);
  const vocabularySize = gguf.arrayInfo("tokenizer.ggml.tokens")?.length;
  return {
    format: "gguf",
    ...(name ? { name } : {}),
    ...(architecture ? { architecture } : {}),
    parameterCount: gguf.tensors.reduce((sum, { elements }) => sum + elements, 0),
    ...(quantization ? { quantization } : {}),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(embeddingLength === undefined ? {} : { embeddingLength }),
    ...(layerCount === undefined ? {} : { layerCount }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
}
