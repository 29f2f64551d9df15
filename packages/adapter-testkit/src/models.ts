import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { modelOf } from "./model-of.ts";
import type { Reference } from "./reference.ts";

const tinyFolder = new URL("../models/tenfold-tiny/", import.meta.url);

export type TinyVariant = "f32" | "f16" | "q8_0" | "q4_0" | "q4_1";
export const tinyVariants: readonly TinyVariant[] = ["f32", "f16", "q8_0", "q4_0", "q4_1"];

/** The tiny model that this package carries, in GGUF. */
export function tinyModel(variant: TinyVariant = "q8_0"): Promise<InstalledModel> {
  return installedFromFile(fileURLToPath(new URL(`gguf/tenfold-tiny-${variant}.gguf`, tinyFolder)), "gguf");
}

/** What stands beside the weights in formats that hold nothing else. */
const besides = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"].map((name) => `hf/${name}`);

export type TinyOnnxVariant = "onnx" | "onnx-gqa" | "onnx-int8" | "onnx-int4" | "ort";
export const tinyOnnxVariants: readonly TinyOnnxVariant[] = ["onnx", "onnx-gqa", "onnx-int8", "onnx-int4", "ort"];

/** The tiny model in ONNX: plain, with GroupQueryAttention, quantized, or in ONNX Runtime's own format. */
export function tinyOnnxModel(variant: TinyOnnxVariant = "onnx"): Promise<InstalledModel> {
  const format = variant === "ort" ? "ort" : "onnx";
  const paths = [`${variant}/model.${format}`, ...besides, ...(variant === "onnx-gqa" ? ["onnx-gqa/genai_config.json"] : [])];
  return installedFromFiles(
    paths.map((path) => fileURLToPath(new URL(path, tinyFolder))),
    format,
  );
}

export type TinyExecutorchVariant = "xnnpack" | "plain";
export const tinyExecutorchVariants: readonly TinyExecutorchVariant[] = ["xnnpack", "plain"];
const tinyPrograms = { xnnpack: "executorch/tenfold-tiny-xnnpack-f32.pte", plain: "executorch-plain/tenfold-tiny-plain-f16.pte" } as const;

/** The tiny model as an ExecuTorch program: compiled for XNNPACK, or with portable kernels alone and a method for each way to call a decoder. */
export function tinyExecutorchModel(variant: TinyExecutorchVariant = "xnnpack"): Promise<InstalledModel> {
  return installedFromFiles(
    [tinyPrograms[variant], ...besides].map((path) => fileURLToPath(new URL(path, tinyFolder))),
    "pte",
  );
}

/** The tiny model as .tflite, with its tokenizer beside it. */
export function tinyTfliteModel(variant: "f16" | "int8" = "f16"): Promise<InstalledModel> {
  const beside = ["generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"].map((name) => `hf/${name}`);
  return installedFromFiles(
    [`tflite/tenfold-tiny-${variant}.tflite`, ...beside].map((path) => fileURLToPath(new URL(path, tinyFolder))),
    "tflite",
  );
}

/** The tiny model as .litertlm, in which all is. */
export function tinyLiteRtLmModel(): Promise<InstalledModel> {
  return installedFromFile(fileURLToPath(new URL("litertlm/tenfold-tiny-f16.litertlm", tinyFolder)), "litertlm");
}

/** The tiny model as Hugging Face libraries and MLX read it: a folder of weights, config.json and tokenizer. */
export function tinyFolderModel(variant: "hf" | "npz" = "hf"): Promise<InstalledModel> {
  const weights = variant === "hf" ? "hf/model.safetensors" : "npz/weights.npz";
  const beside = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"].map((name) => `hf/${name}`);
  return installedFromFiles(
    [weights, ...beside].map((path) => fileURLToPath(new URL(path, tinyFolder))),
    variant === "hf" ? "safetensors" : "npz",
  );
}

/** The tiny model in Core ML: with a cache that it keeps as a state, or without one; its tokenizer beside it. */
export async function tinyCoreMlModel(variant: "stateful" | "stateless" = "stateful"): Promise<InstalledModel> {
  const name = `tenfold-tiny-${variant}-${variant === "stateful" ? "f16" : "int8"}.mlpackage`;
  const inside = ["Data/com.apple.CoreML/weights/weight.bin", "Data/com.apple.CoreML/model.mlmodel", "Manifest.json"];
  const at = (path: string) => fileURLToPath(new URL(path, tinyFolder));
  const files = await Promise.all([
    ...inside.map((path) => installedFile(at(`coreml-${variant}/${name}/${path}`), `${name}/${path}`)),
    ...besides.map((path) => installedFile(at(path))),
  ]);
  return modelOf(files, "mlpackage", await validateModel("mlpackage", files));
}

/** The tiny encoder, for embeddings, in GGUF. */
export function tinyEncoder(): Promise<InstalledModel> {
  return installedFromFile(fileURLToPath(new URL("encoder/tenfold-tiny-encoder-f32.gguf", tinyFolder)), "gguf");
}

/** What the tiny model answers, greedily. */
export async function tinyReference(): Promise<Reference> {
  return JSON.parse(await readFile(new URL("reference.json", tinyFolder), "utf8")) as Reference;
}

export interface EncoderReference {
  sentences: readonly { text: string; tokens: readonly number[]; vector: readonly number[] }[];
}

export async function tinyEncoderReference(): Promise<EncoderReference> {
  return JSON.parse(await readFile(new URL("encoder/reference.json", tinyFolder), "utf8")) as EncoderReference;
}

/**
 * A file on disk as an installed model.
 * @throws TenfoldError `invalid-format` when it is not what its format says.
 */
export function installedFromFile(path: string, format: string): Promise<InstalledModel> {
  return installedFromFiles([path], format);
}

/** Files that lie in one folder as an installed model. The first gives it its name. */
export async function installedFromFiles(paths: readonly string[], format: string): Promise<InstalledModel> {
  const files = await Promise.all(paths.map((path) => installedFile(path)));
  return modelOf(files, format, await validateModel(format, files));
}

/** A copy of a model whose first file has other bytes, not validated. Remove it after use. */
export async function damagedCopy(
  model: InstalledModel,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<{ model: InstalledModel; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-damaged-"));
  const files: InstalledFile[] = [];
  for (const [index, file] of model.files.entries()) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    const bytes = await file.read();
    await writeFile(path, index === 0 ? change(bytes) : bytes);
    files.push(await installedFile(path, file.path));
  }
  return { model: { ...model, files }, remove: () => rm(folder, { recursive: true }) };
}

async function installedFile(path: string, name = basename(path)): Promise<InstalledFile> {
  const { size } = await stat(path);
  return {
    path: name,
    sizeBytes: size,
    location: () => path,
    async read({ start, end } = { start: 0, end: size }) {
      const file = await open(path);
      try {
        const length = Math.max(0, Math.min(end, size) - start);
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
