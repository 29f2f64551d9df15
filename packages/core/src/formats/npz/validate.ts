import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { inflateHead } from "../inflate-head.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { countParameters, dominantType, type NamedTensor } from "../named-tensor.ts";
import { readZipDirectory, type ZipEntry } from "../zip-directory.ts";
import { mostNpyHeaderBytes, readNpyHeader } from "./npy-header.ts";

const refuse = createRefusal("npz");
const mostFiles = 64;

/**
 * Checks weights in npz, with the config.json that MLX keeps beside them. Reads headers only.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateNpz(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readNpz(files, signal)).metadata;
}

/** Checks the same, and lists the arrays. @throws TenfoldError `invalid-format`. */
export async function readNpz(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const weights = files.filter((file) => endsIn(file, ".npz"));
  const [first] = weights;
  if (!first || weights.length > mostFiles) throw refuse(`there are ${weights.length} .npz files, expected 1 to ${mostFiles}`);
  const tensors: NamedTensor[] = [];
  const names = new Set<string>();
  for (const file of weights) {
    const entries = await readZipDirectory(file, refuse, signal);
    if (entries.length === 0) throw refuse("it has no arrays, so there is no model in it", { file: file.path });
    for (const entry of entries) {
      signal?.throwIfAborted();
      const tensor = await readArray(file, entry);
      if (names.has(tensor.name)) throw refuse(`the array ${shown(tensor.name)} lies in two files`, { file: file.path, name: tensor.name });
      names.add(tensor.name);
      tensors.push(tensor);
    }
  }
  const config = await readConfig(files, first.path, refuse);
  const quantization = dominantType(tensors);
  const parameterCount = countParameters(tensors, config.quantization);
  return { metadata: { format: "npz", ...(quantization ? { quantization } : {}), parameterCount, ...config.metadata }, tensors };
}

async function readArray(file: ModelFile, entry: ZipEntry): Promise<NamedTensor> {
  const where = { file: file.path, byte: entry.start, name: entry.name };
  if (!endsIn({ path: entry.name }, ".npy")) throw refuse(`${shown(entry.name)} is no array`, where);
  const packed = await file.read({ start: entry.start, end: entry.start + Math.min(entry.packedBytes, mostNpyHeaderBytes) });
  const header = readNpyHeader(entry.method === "stored" ? packed : await inflateHead(packed, mostNpyHeaderBytes));
  if (typeof header === "string") throw refuse(`${shown(entry.name)} ${header}`, where);
  if (header.fileBytes !== entry.sizeBytes) {
    throw refuse(`${shown(entry.name)} needs ${header.fileBytes} bytes (${header.shape.join(" × ")} of ${header.type}) and has ${entry.sizeBytes}`, where);
  }
  return { name: entry.name.slice(0, -".npy".length), type: header.type, shape: header.shape, elements: header.elements, sizeBytes: entry.sizeBytes };
}
