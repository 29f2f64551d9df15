import type { MemoryProfile } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { modelFile, tinyModelBytes, tinyModelFiles } from "../../test/model-files.ts";
import { createGgufSplitter, partName } from "../../test/split-gguf.ts";
import { validateModel } from "../formats/formats.ts";
import { shapeFromConfig } from "./config-shape.ts";
import { estimateMemory } from "./estimate-memory.ts";
import { readModelShape } from "./read-model-shape.ts";

const profile: MemoryProfile = {
  weights: { held: "copied" },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 1 },
  compute: { model: "activations", batchTokens: { cpu: 1, accelerated: 1 }, widths: 1, logits: "last" },
  loadSpike: "none",
};

async function shapeOf(format: string, folder: string, names: readonly string[]) {
  const files = tinyModelFiles(folder, names);
  return readModelShape(await validateModel(format, files), files);
}

test("a GGUF file and the safetensors it was made from have the same layers", async () => {
  const gguf = await shapeOf("gguf", "gguf", ["tenfold-tiny-f16.gguf"]);
  const safetensors = await shapeOf("safetensors", "hf", ["config.json", "model.safetensors"]);
  expect(gguf).toMatchObject({ embeddingLength: 128, vocabularySize: 1024, tied: true });
  expect(safetensors).toMatchObject({ embeddingLength: 128, vocabularySize: 1024, tied: true, layers: gguf.layers });
  const cache = (shape: typeof gguf) => estimateMemory(shape, profile, { contextSize: 100 }).terms.find(({ name }) => name === "kv-cache")?.bytes;
  expect(cache(gguf)).toBe(5 * 100 * 2 * 2 * 32 * 2);
  expect(cache(safetensors)).toBe(cache(gguf));
});

test("a model in several files is as large as in one", async () => {
  const whole = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
  const { gguf, part } = await createGgufSplitter(whole);
  const parts = [part(0, 2, 0, 10), part(1, 2, 10, gguf.tensors.length)].map((bytes, index) => modelFile(partName(index, 2), bytes));
  const one = await readModelShape({ format: "gguf" }, [modelFile("tiny.gguf", whole)]);
  const split = await readModelShape({ format: "gguf" }, parts.reverse());
  expect({ ...split, weights: [] }).toEqual({ ...one, weights: [] });
  const estimates = [one, split].map((shape) => estimateMemory(shape, { ...profile, weights: { held: "mapped" } }, { contextSize: 256 }).steadyBytes);
  expect(estimates[1]).toBe(estimates[0]);
});

test("a format that does not describe attention leaves the cache unknown, and says so", async () => {
  const shape = await shapeOf("tflite", "tflite", ["tenfold-tiny-f16.tflite"]);
  expect(shape.weightsBytes).toBeGreaterThan(1_000_000);
  const estimate = estimateMemory(shape, profile, { contextSize: 100 });
  expect(estimate.terms.map(({ name }) => name)).toEqual(["weights"]);
  expect(estimate.unknown?.map(({ name }) => name)).toEqual(["kv-cache", "compute"]);
});

test("an encoder has no cache", async () => {
  const shape = await shapeOf("gguf", "encoder", ["tenfold-tiny-encoder-f16.gguf"]);
  expect(shape.encoder).toBe(true);
  expect(estimateMemory(shape, profile, { contextSize: 100 }).terms.map(({ name }) => name)).toEqual(["weights", "compute"]);
});

test("configuration and text beside the weights are no weights", async () => {
  const files = [
    modelFile("model.onnx", new Uint8Array(1000)),
    modelFile("tokenizer.json", {}),
    modelFile("README.md", "…"),
    modelFile("config.json", "not JSON"),
  ];
  expect(await readModelShape({ format: "onnx", embeddingLength: 64 }, files)).toEqual({ weightsBytes: 1000, embeddingLength: 64, tied: false });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["no object", [1, 2]],
  ["sizes that are none", { num_hidden_layers: 1e9, hidden_size: -1 }],
  ["words for numbers", { num_attention_heads: "many" }],
])("a configuration with %s tells nothing", (_what, config) => {
  expect(shapeFromConfig(config, 10).layers).toBeUndefined();
});

test("a model inside a model is read where its text model is described", () => {
  const text = {
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 32,
    intermediate_size: 128,
    sliding_window: 16,
  };
  expect(shapeFromConfig({ model_type: "outer", text_config: text }, 10)).toMatchObject({
    architecture: "outer",
    window: 16,
    layers: [{ attention: { headCount: 4, kvHeadCount: 2, keyLength: 32, valueLength: 32 } }, {}],
  });
});
