import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type InstalledFile, type InstalledModel, validateModel } from "@tenfold/core";
import type { Reference } from "./reference.ts";

const tinyFolder = new URL("../models/tenfold-tiny/", import.meta.url);

export type TinyVariant = "f32" | "f16" | "q8_0" | "q4_0" | "q4_1";
export const tinyVariants: readonly TinyVariant[] = ["f32", "f16", "q8_0", "q4_0", "q4_1"];

/** The tiny model that this package carries, in GGUF. */
export function tinyModel(variant: TinyVariant = "q8_0"): Promise<InstalledModel> {
  return installedFromFile(fileURLToPath(new URL(`gguf/tenfold-tiny-${variant}.gguf`, tinyFolder)), "gguf");
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
export async function installedFromFile(path: string, format: string): Promise<InstalledModel> {
  const file = await installedFile(path);
  const metadata = await validateModel(format, [file]);
  return modelOf(file, format, metadata);
}

/** A copy of a model's only file with other bytes, not validated. Remove it after use. */
export async function damagedCopy(
  model: InstalledModel,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<{ model: InstalledModel; remove(): Promise<void> }> {
  const [file] = model.files;
  if (!file || model.files.length !== 1) throw new Error(`${model.id} has ${model.files.length} files; only a model of one file can be damaged.`);
  const folder = await mkdtemp(join(tmpdir(), "tenfold-damaged-"));
  const path = join(folder, file.path);
  await writeFile(path, change(await file.read()));
  return { model: { ...model, files: [await installedFile(path)] }, remove: () => rm(folder, { recursive: true }) };
}

function modelOf(file: InstalledFile, format: string, metadata: InstalledModel["metadata"]): InstalledModel {
  const { quantization } = metadata;
  return {
    id: basename(file.path).replace(/\.[^.]+$/, ""),
    variant: { id: "local", format, ...(quantization ? { quantization } : {}), artifacts: [{ path: file.path, role: "weights", sources: [] }] },
    metadata,
    files: [file],
  };
}

async function installedFile(path: string): Promise<InstalledFile> {
  const { size } = await stat(path);
  return {
    path: basename(path),
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
