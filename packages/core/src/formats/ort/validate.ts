import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { describeOnnx } from "../onnx/describe.ts";
import { readOrt, refuse } from "./reader.ts";

/** Checks a model in ONNX Runtime's own format. @throws TenfoldError `invalid-format`. */
export async function validateOrt(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readOrtModel(files, signal)).metadata;
}

/** Checks the same, and lists the weights. @throws TenfoldError `invalid-format`. */
export async function readOrtModel(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const models = files.filter((file) => endsIn(file, ".ort"));
  const [file] = models.length > 0 ? models : files;
  if (!file || models.length > 1) throw refuse(`an ORT model is one .ort file; there are ${models.length}`);
  const model = await readOrt(file, signal);
  const config = await readConfig(files, file.path, refuse);
  return { metadata: { format: "ort", ...describeOnnx(model), ...config.metadata }, tensors: model.initializers };
}
