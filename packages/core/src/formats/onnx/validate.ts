import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn, nearest } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { isObject, type JsonObject, readJsonFile } from "../json-text.ts";
import { describeOnnx } from "./describe.ts";
import type { OnnxModel } from "./onnx.ts";
import { readOnnx, refuse } from "./reader.ts";

const mostFiles = 64;

/**
 * Checks every graph of a model and the files with its external data. Weights are not read.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateOnnx(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readOnnxModel(files, signal)).metadata;
}

/** Checks the same, and lists the weights of all graphs. @throws TenfoldError `invalid-format`. */
export async function readOnnxModel(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const graphs = files.filter((file) => endsIn(file, ".onnx"));
  if (graphs.length === 0) throw refuse("there is no .onnx file");
  if (graphs.length > mostFiles) throw refuse(`there are ${graphs.length} .onnx files; ${mostFiles} is the most`);
  const models = new Map<string, OnnxModel>();
  for (const file of graphs) models.set(file.path, await readOnnx(file, files, signal));
  const genAi = await readGenAi(files, graphs[0]?.path ?? "");
  const path = mainGraph([...models.keys()], genAi.decoder);
  const model = models.get(path) as OnnxModel;
  const config = await readConfig(files, path, refuse);
  return {
    metadata: { format: "onnx", ...describeOnnx(model), ...config.metadata, ...genAi.metadata },
    tensors: [...models.values()].flatMap(({ initializers }) => initializers),
  };
}

/** The graph that a model's metadata is about, where there are several: the one that decodes. */
function mainGraph(paths: readonly string[], decoder: string | undefined): string {
  const wanted = [(name: string) => name === decoder, (name: string) => name === "model.onnx", (name: string) => /^(?:model|decoder)/.test(name)];
  for (const matches of wanted) {
    const found = paths.find((path) => matches(path.slice(path.lastIndexOf("/") + 1)));
    if (found) return found;
  }
  return paths[0] ?? "";
}

/** What onnxruntime-genai's own configuration says. */
async function readGenAi(files: readonly ModelFile[], path: string): Promise<{ decoder?: string; metadata: Partial<ModelMetadata> }> {
  const file = nearest(files, path, "genai_config.json");
  const model = file && (await readJsonFile(file, refuse)).model;
  if (!isObject(model)) return { metadata: {} };
  const decoder = isObject(model.decoder) ? model.decoder : {};
  const count = (from: JsonObject, key: string, name: keyof ModelMetadata) => {
    const value = from[key];
    return typeof value === "number" && Number.isInteger(value) && value > 0 ? { [name]: value } : {};
  };
  return {
    ...(typeof decoder.filename === "string" ? { decoder: decoder.filename } : {}),
    metadata: {
      ...(typeof model.type === "string" ? { architecture: model.type } : {}),
      ...count(model, "context_length", "contextLength"),
      ...count(model, "vocab_size", "vocabularySize"),
      ...count(decoder, "hidden_size", "embeddingLength"),
      ...count(decoder, "num_hidden_layers", "layerCount"),
    },
  };
}
