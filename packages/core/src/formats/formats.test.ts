import { expect, test } from "vitest";
import { modelFile, refusalOf, tinyModelFiles } from "../../test/model-files.ts";
import { detectFormat, formatHandlers, validateModel } from "./formats.ts";

const coreml = ["Data/com.apple.CoreML/model.mlmodel", "Data/com.apple.CoreML/weights/weight.bin", "Manifest.json"];

test.each([
  ["gguf", "gguf", ["tenfold-tiny-q4_0.gguf"]],
  ["safetensors", "hf", ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]],
  ["npz", "npz", ["config.json", "tokenizer.json", "weights.npz"]],
  ["onnx", "onnx-gqa", ["genai_config.json", "model.onnx"]],
  ["ort", "ort", ["model.ort"]],
  ["tflite", "tflite", ["tenfold-tiny-int8.tflite"]],
  ["litertlm", "litertlm", ["tenfold-tiny-f16.litertlm"]],
  ["pte", "executorch", ["tenfold-tiny-xnnpack-f32.pte"]],
  ["mlpackage", "coreml-stateful/tenfold-tiny-stateful-f16.mlpackage", coreml],
])("finds and validates tenfold-tiny as %s", async (format, folder, names) => {
  const files = tinyModelFiles(folder, names);
  expect((await detectFormat(files))?.format).toBe(format);
  expect((await validateModel(format, files)).format).toBe(format);
});

const formatsOfFiles = formatHandlers.filter(({ format }) => format !== "system");

test.each(formatsOfFiles.map((handler) => [handler.format, handler] as const))(
  "%s refuses nothing at all, and a file of noise under its name",
  async (format, handler) => {
    expect(await refusalOf(handler.validate([]))).not.toBe("");
    const noise = new Uint8Array(600).map((_, index) => (index * 73) ^ (index >> 3));
    const name = { mlpackage: "Manifest.json", mlmodelc: "coremldata.bin", mlc: "mlc-chat-config.json" }[format] ?? `model.${format}`;
    expect(await refusalOf(handler.validate([modelFile(name, noise)]))).not.toBe("");
  },
);

test("a model of the system has no files, and is found in none", async () => {
  expect(await validateModel("system", [])).toEqual({ format: "system" });
  expect(await refusalOf(validateModel("system", [modelFile("model.bin", "x")]))).toContain("no files of its own; there are 1");
});

test("knows neither an empty folder nor a text", async () => {
  expect(await detectFormat([])).toBeUndefined();
  expect(await detectFormat([modelFile("README.md", "# A model")])).toBeUndefined();
});

test("says which formats it knows when it is asked for another", async () => {
  await expect(validateModel("h5", [])).rejects.toMatchObject({ code: "unsupported-format", message: expect.stringContaining("gguf") });
});
