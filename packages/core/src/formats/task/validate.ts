import { TenfoldError } from "@tenfold/catalog";
import type { ModelMetadata } from "../../contract/installed-model.ts";
import { sliceFile } from "../file-slice.ts";
import { asciiAt, endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { readLlmMetadata } from "../litertlm/llm-metadata.ts";
import { describeTflite } from "../tflite/describe.ts";
import { readTflite } from "../tflite/reader.ts";
import type { TfliteModel } from "../tflite/tflite.ts";
import { readZipDirectory } from "../zip-directory.ts";

const refuse = createRefusal("task bundle");

/**
 * Checks a .task bundle: a zip with models inside that are not packed, so that they can be mapped; for the web a model alone.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateTask(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readTask(files, signal)).metadata;
}

/** Checks the same, and lists the weights of all models in it. @throws TenfoldError `invalid-format`. */
export async function readTask(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const bundles = files.filter((file) => endsIn(file, ".task"));
  const [file] = bundles.length > 0 ? bundles : files;
  if (!file || bundles.length > 1) throw refuse(`a task bundle is one .task file; there are ${bundles.length}`);
  if (asciiAt(await file.read({ start: 0, end: 8 }), 4, 4) === "TFL3") {
    const model = await readTflite(file, refuse, signal);
    return { metadata: { format: "task", ...describeTflite([model]) }, tensors: model.weights };
  }
  const models: TfliteModel[] = [];
  const parts: string[] = [];
  let prompting: Partial<ModelMetadata> = {};
  for (const entry of await readZipDirectory(file, refuse, signal)) {
    parts.push(entry.name);
    const part = () => sliceFile(file, entry.start, entry.start + entry.sizeBytes, `${file.path}/${entry.name}`);
    if (entry.name === "METADATA" && entry.method === "stored") prompting = await readPrompting(part(), signal);
    if (!entry.name.startsWith("TF_LITE") && !endsIn({ path: entry.name }, ".tflite")) continue;
    if (entry.method !== "stored") throw refuse(`the model ${shown(entry.name)} is packed, so that it cannot be mapped`, { file: file.path, name: entry.name });
    models.push(await readTflite(part(), refuse, signal));
  }
  if (models.length === 0) throw refuse("there is no model in it", { file: file.path });
  const described = describeTflite(models);
  return {
    metadata: { format: "task", ...described, ...prompting, details: { ...described.details, parts: parts.slice(0, 32).join(", ") } },
    tensors: models.flatMap(({ weights }) => weights),
  };
}

/** What bundles for LiteRT-LM say. MediaPipe's older message has other fields under the same numbers: what does not read as the newer one says nothing. */
async function readPrompting(part: ModelFile, signal?: AbortSignal): Promise<Partial<ModelMetadata>> {
  try {
    const { contextLength, chatTemplate } = await readLlmMetadata(part, refuse, signal);
    return {
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(chatTemplate !== undefined && /\{[{%]/.test(chatTemplate) ? { chatTemplate } : {}),
    };
  } catch (error) {
    if (!TenfoldError.is(error)) throw error;
    return {};
  }
}
