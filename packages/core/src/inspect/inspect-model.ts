import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "../formats/format-handler.ts";
import type { HuggingFaceSource } from "../hugging-face/hugging-face-source.ts";
import type { Platform } from "../platform/platform.ts";
import { modelIdOf } from "../registry/model-address.ts";
import { createStore } from "../store/store.ts";
import { fileNameOfUrl } from "./file-name-of-url.ts";
import { type Inspection, inspectFiles } from "./inspect-files.ts";
import { openRemoteFile, type ReadCost, type RemoteFile } from "./remote-file.ts";

/** A file or folder, an address on the web, a model that is installed, or a repository of the Hugging Face Hub or a file in it ("hf:owner/name/file"). */
export type InspectTarget = { path: string } | { url: string } | { model: string; variant?: string } | { repository: string; variant?: string };

export interface InspectOptions {
  platform: Platform;
  /** For `repository`. */
  huggingFace?: Pick<HuggingFaceSource, "open">;
  /** The headers that sign in to an address. They go to that origin only and are never shown. */
  credentials?: (url: string) => Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal;
}

export interface ModelInspection extends Inspection {
  /** What was read over the network, where anything was. */
  cost?: ReadCost;
}

/**
 * Says what a model is from its own files: architecture, parameters, quantization, context length, chat template, tensors. Files that
 * lie elsewhere are read by ranges, headers only. Of a GGUF file that means all before its weights, a few megabytes in a few requests,
 * because lists of tokens can be stepped over only by reading them; of safetensors one or two requests for each file; of ONNX with its
 * weights inside one for each large tensor.
 * @throws TenfoldError what `inspectFiles` and `openRemoteFile` do, `not-installed`, `invalid-input`.
 */
export async function inspectModel(target: InspectTarget, options: InspectOptions): Promise<ModelInspection> {
  const { files, format } = await open(target, options);
  const inspection = await inspectFiles(files, { ...(format === undefined ? {} : { format }), ...(options.signal ? { signal: options.signal } : {}) });
  const costs = files.flatMap((file) => ("cost" in file ? [(file as RemoteFile).cost] : []));
  if (costs.length === 0) return inspection;
  const sum = (key: keyof ReadCost) => costs.reduce((total, cost) => total + cost[key], 0);
  return { ...inspection, cost: { requests: sum("requests"), receivedBytes: sum("receivedBytes") } };
}

async function open(target: InspectTarget, { platform, huggingFace, credentials, signal }: InspectOptions): Promise<{ files: ModelFile[]; format?: string }> {
  if ("path" in target) {
    if (!platform.openLocal) throw new TenfoldError("unsupported-format", `There are no file paths on ${platform.name}.`);
    return { files: await platform.openLocal(target.path) };
  }
  if ("url" in target) {
    const { url } = target;
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new TenfoldError("invalid-input", "The address is not one of http or https.");
    const path = fileNameOfUrl(url);
    const headers = credentials?.(url);
    return { files: [await openRemoteFile({ platform, path, source: { url, ...(headers ? { headers } : {}) }, ...(signal ? { signal } : {}) })] };
  }
  if ("repository" in target) {
    if (!huggingFace) throw new TenfoldError("invalid-input", "There is no source for repositories of the Hugging Face Hub; pass one as `huggingFace`.");
    const variant = target.variant === undefined ? {} : { variant: target.variant };
    return huggingFace.open(target.repository, { ...variant, ...(signal ? { signal } : {}) });
  }
  const store = createStore(platform);
  const record = await store.find(modelIdOf(target.model), target.variant);
  if (!record) throw new TenfoldError("not-installed", `${target.model} is not installed.`, { remedy: "Pull it first, or inspect it where it lies." });
  return { files: [...store.open(record).files], format: record.variant.format };
}
