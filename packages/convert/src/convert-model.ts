import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "@tenfold/core";
import { type Gguf, inOrder, readGguf, validateGgufFiles } from "@tenfold/core/gguf";
import type { Conversion, ConvertOptions } from "./convert-options.ts";
import { generationConfig, type ModelFacts } from "./documents/model-documents.ts";
import { readSpecialTokens } from "./documents/special-tokens.ts";
import { jsonText, tokenizerDocuments } from "./documents/tokenizer-documents.ts";
import type { FolderWriter } from "./folder-writer.ts";
import { writeFolder } from "./folder-writer.ts";
import { readFloat32 } from "./source/float-pieces.ts";
import { readLlamaShape } from "./source/llama-shape.ts";
import { type LlamaWeights, takeLlamaWeights } from "./source/llama-weights.ts";
import { openWeights } from "./source/open-weights.ts";
import { rotaryFrequencies } from "./source/rotary-frequencies.ts";
import { writeOnnx } from "./write-onnx.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/** What a writer of one format is given. */
export interface Source extends ModelFacts {
  readonly gguf: Gguf;
  readonly weights: LlamaWeights;
}

/**
 * Converts a GGUF model into a folder of another format. Weights pass through memory in pieces of half a million elements, some ten
 * megabytes in all, however large the model is; the tokenizer and, for ONNX, the rotary caches (8 bytes × context × half a head) are made
 * as a whole. Leaves nothing behind when it fails or is aborted.
 * @throws TenfoldError `invalid-format` for a damaged file, `unsupported-format` for a model that cannot be converted exactly,
 * `invalid-input` when the folder is there, `disk-full` and `storage-failed`.
 */
export async function convertModel(options: ConvertOptions): Promise<Conversion> {
  const { files, to, signal } = options;
  const parts = inOrder(files);
  const [first] = parts;
  if (!first) throw new TenfoldError("invalid-input", "There is no file to convert.");
  await validateGgufFiles(parts, signal ? { signal } : {});
  const gguf = await readGguf(first, signal ? { signal } : {});
  const documents = await tokenizerDocuments(first, gguf, signal);
  const source = to === "tokenizer.json" ? undefined : await openSource(gguf, parts, signal);

  return writeFolder(options, async (folder) => {
    const lossless = await writeWeights(folder, source, options);
    for (const [path, text] of documents) await folder.text(path, text);
    if (source) await folder.text("generation_config.json", jsonText(generationConfig(source)));
    return lossless;
  });
}

async function writeWeights(folder: FolderWriter, source: Source | undefined, options: ConvertOptions): Promise<boolean> {
  if (!source) return true;
  return options.to === "onnx" ? writeOnnx(folder, source, options) : writeSafetensors(folder, source, options);
}

async function openSource(first: Gguf, parts: readonly ModelFile[], signal: AbortSignal | undefined): Promise<Source> {
  const weights = await openWeights(parts, signal);
  const gguf = { ...first, tensors: weights.tensors };
  const shape = readLlamaShape(gguf);
  const taken = takeLlamaWeights(weights, shape);
  const factors = taken.rotaryFactors && (await readFloat32(taken.rotaryFactors, signal));
  const someLayer = (has: (layer: LlamaWeights["layers"][number]) => unknown) => taken.layers.some((layer) => has(layer) !== undefined);
  return {
    gguf,
    shape,
    weights: taken,
    rotary: rotaryFrequencies(gguf, shape, factors),
    tokens: readSpecialTokens(gguf),
    tied: taken.output === undefined,
    attentionBias: someLayer(({ q }) => q.bias),
    attentionOutputBias: someLayer(({ attentionOutput }) => attentionOutput.bias),
    feedForwardBias: someLayer(({ gate, up, down }) => gate.bias ?? up.bias ?? down.bias),
  };
}
