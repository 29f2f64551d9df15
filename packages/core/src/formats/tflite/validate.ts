import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { createRefusal } from "../invalid-format.ts";
import { describeTflite } from "./describe.ts";
import { readTflite } from "./reader.ts";

const refuse = createRefusal("TensorFlow Lite model");
const mostFiles = 64;

/**
 * Checks the .tflite files of a model.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateTflite(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readTfliteModel(files, signal)).metadata;
}

/** Checks the same, and lists the weights of the model that is described. @throws TenfoldError `invalid-format`. */
export async function readTfliteModel(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const graphs = files.filter((file) => endsIn(file, ".tflite"));
  const [first] = graphs.length > 0 ? graphs : files;
  if (!first || graphs.length > mostFiles) throw refuse(`there are ${graphs.length} .tflite files, expected 1 to ${mostFiles}`);
  // Several files are forms or parts of one model: what is said of it is said of the first.
  const model = await readTflite(first, refuse, signal);
  for (const file of graphs) if (file !== first) await readTflite(file, refuse, signal);
  const config = await readConfig(files, first.path, refuse);
  return { metadata: { format: "tflite", ...describeTflite([model]), ...config.metadata }, tensors: model.weights };
}
