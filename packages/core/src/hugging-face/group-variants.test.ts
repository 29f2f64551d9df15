import { describe, expect, it } from "vitest";
import { groupVariants } from "./group-variants.ts";

const files = (paths: readonly string[]) => paths.map((path, index) => ({ path, sizeBytes: 1000 - index }));
const groups = (...paths: string[]) => groupVariants(files(paths)).map(({ id, quantization, files: own }) => [id, quantization, own.map(({ path }) => path)]);

describe("the files of a repository", () => {
  it("in GGUF are one variant for each quantization, all parts together, without projectors and matrices", () => {
    expect(
      groups(
        "Big-Q8_0.gguf",
        "Q4_K_M/Big-Q4_K_M-00002-of-00002.gguf",
        "Q4_K_M/Big-Q4_K_M-00001-of-00002.gguf",
        "Big-UD-IQ2_XXS.gguf",
        "mmproj-Big-f16.gguf",
        "Big.imatrix.gguf",
        "Big-BF16-00001-of-00003.gguf",
      ),
    ).toEqual([
      ["gguf-q4_k_m", "Q4_K_M", ["Q4_K_M/Big-Q4_K_M-00002-of-00002.gguf", "Q4_K_M/Big-Q4_K_M-00001-of-00002.gguf"]],
      ["gguf-q8_0", "Q8_0", ["Big-Q8_0.gguf"]],
      ["gguf-ud-iq2_xxs", "UD-IQ2_XXS", ["Big-UD-IQ2_XXS.gguf"]],
    ]);
  });

  it("in GGUF of several models keep them apart", () => {
    expect(groups("small.q4_0.gguf", "large.q4_0.gguf", "plain.gguf").map(([id]) => id)).toEqual(["gguf-large.q4_0", "gguf-small.q4_0", "gguf-plain"]);
  });

  it("in safetensors are a folder with its index, configuration and tokenizer", () => {
    expect(
      groups(
        "README.md",
        "config.json",
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "consolidated.safetensors",
        "tokenizer.json",
        "training_args.json",
        "original/params.json",
      ),
    ).toEqual([
      [
        "safetensors",
        undefined,
        ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "config.json", "tokenizer.json"],
      ],
    ]);
    expect(groups("adapter_model.safetensors", "adapter_config.json")).toEqual([]);
  });

  it("in ONNX are one variant for each quantization, with external data and what describes the model", () => {
    expect(
      groups(
        "config.json",
        "tokenizer.json",
        "onnx/model.onnx",
        "onnx/model.onnx_data",
        "onnx/model.onnx_data_1",
        "onnx/model_q4.onnx",
        "onnx/model_q4.onnx_data",
      ),
    ).toEqual([
      ["onnx", undefined, ["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1", "config.json", "tokenizer.json"]],
      ["onnx-q4", "q4", ["onnx/model_q4.onnx", "onnx/model_q4.onnx_data", "config.json", "tokenizer.json"]],
    ]);
  });

  it("in ONNX use the merged decoder in place of its halves, and the folder's own configuration", () => {
    expect(
      groups(
        "config.json",
        "cpu/int4/model.onnx",
        "cpu/int4/model.onnx.data",
        "cpu/int4/config.json",
        "onnx/decoder_model.onnx",
        "onnx/decoder_model_merged.onnx",
        "onnx/encoder_model.onnx",
      ),
    ).toEqual([
      ["onnx-cpu-int4", undefined, ["cpu/int4/model.onnx", "cpu/int4/model.onnx.data", "cpu/int4/config.json"]],
      ["onnx", undefined, ["onnx/decoder_model_merged.onnx", "onnx/encoder_model.onnx", "config.json"]],
    ]);
  });

  it("in other formats are found by their names", () => {
    expect(
      groups(
        "Model.mlpackage/Manifest.json",
        "Model.mlpackage/Data/com.apple.CoreML/model.mlmodel",
        "gemma-int4.litertlm",
        "gemma-int4.task",
        "llama.pte",
        "tokenizer.model",
        "web/mlc-chat-config.json",
        "web/params_shard_0.bin",
      ).map(([id, , own]) => [id, own]),
    ).toEqual([
      ["mlpackage-model", ["Model.mlpackage/Manifest.json", "Model.mlpackage/Data/com.apple.CoreML/model.mlmodel", "tokenizer.model"]],
      ["mlc-web", ["web/mlc-chat-config.json", "web/params_shard_0.bin"]],
      ["litertlm-gemma-int4", ["gemma-int4.litertlm"]],
      ["task-gemma-int4", ["gemma-int4.task"]],
      ["pte-llama", ["llama.pte", "tokenizer.model"]],
    ]);
  });

  it("whose names no file system of ours takes are left out", () => {
    expect(groups("a/../Big-Q4_0.gguf", "Big:Q4_0.gguf", "con.gguf", "fine-Q4_0.gguf").map(([id]) => id)).toEqual(["gguf-q4_0"]);
  });
});
