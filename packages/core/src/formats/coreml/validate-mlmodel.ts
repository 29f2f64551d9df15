import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, type Refusal } from "../invalid-format.ts";
import { readMlmodel } from "./mlmodel.ts";

const refuse = createRefusal("Core ML model");

/** Checks a model in one .mlmodel file. @throws TenfoldError `invalid-format`. */
export async function validateMlmodel(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  const models = files.filter((file) => endsIn(file, ".mlmodel"));
  const [file] = models;
  if (!file || models.length > 1) throw refuse(`a Core ML model is one .mlmodel file; there are ${models.length}`);
  return { format: "mlmodel", ...(await describeMlmodel(file, files, refuse, signal)) };
}

export async function describeMlmodel(
  file: ModelFile,
  files: readonly ModelFile[],
  refusal: Refusal,
  signal?: AbortSignal,
): Promise<Omit<ModelMetadata, "format">> {
  const model = await readMlmodel(file, files, refusal, signal);
  const config = await readConfig(files, file.path, refusal);
  return {
    ...config.metadata,
    details: {
      specificationVersion: model.specificationVersion,
      kind: model.kind,
      inputs: model.inputs.slice(0, 32).join(", "),
      outputs: model.outputs.slice(0, 32).join(", "),
      stateful: model.isStateful,
      ...(model.description ? { description: model.description.slice(0, 1024) } : {}),
    },
  };
}
