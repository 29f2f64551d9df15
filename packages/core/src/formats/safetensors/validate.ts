import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { countParameters, dominantType } from "../named-tensor.ts";
import { readHeader, refuse, type Tensor } from "./header.ts";
import { joinShards } from "./shards.ts";

const mostFiles = 4096;

/**
 * Checks the weights of a model in safetensors, in one file or in parts, for Hugging Face libraries and MLX. Reads headers only.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateSafetensors(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readSafetensors(files, signal)).metadata;
}

/** Checks the same, and lists the tensors. @throws TenfoldError `invalid-format`. */
export async function readSafetensors(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const weights = files.filter((file) => endsIn(file, ".safetensors"));
  const [first] = weights;
  if (!first) throw refuse("there is no .safetensors file");
  if (weights.length > mostFiles) throw refuse(`there are ${weights.length} files; ${mostFiles} is the most`);
  const tensors = new Map<string, readonly Tensor[]>();
  for (const file of weights) {
    signal?.throwIfAborted();
    tensors.set(file.path, await readHeader(file));
  }
  const own = await joinShards(files, tensors);
  const config = await readConfig(files, first.path, refuse);
  const quantization = dominantType(own);
  const parameterCount = countParameters(own, config.quantization);
  return { metadata: { format: "safetensors", ...(quantization ? { quantization } : {}), parameterCount, ...config.metadata }, tensors: own };
}
