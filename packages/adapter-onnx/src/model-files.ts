import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { readSettingsFile, type SettingsFile } from "@tenfold/generation/model";

export interface ModelFiles {
  graph: InstalledFile;
  /** Files beside the graph that hold its weights. */
  weights: readonly InstalledFile[];
  config: SettingsFile;
  genai: SettingsFile;
  pooling: SettingsFile;
}

/** Finds the graph that answers and what stands beside it. @throws TenfoldError `unsupported-format`, `invalid-format`. */
export async function readModelFiles({ id, variant, files }: InstalledModel): Promise<ModelFiles> {
  if (variant.format !== "onnx" && variant.format !== "ort") {
    throw new TenfoldError("unsupported-format", `ONNX Runtime loads ONNX and ORT; ${id} is in the format ${variant.format}.`, {
      framework: "onnx-runtime",
      stage: "loading",
    });
  }
  const named = (name: string) => files.find(({ path }) => path === name || path.endsWith(`/${name}`));
  const read = (file: InstalledFile | undefined) => readSettingsFile(file, "onnx-runtime");
  const [config, genai, pooling] = await Promise.all([
    read(files.find(({ path }) => /(?:^|\/)config\.json$/.test(path) && !path.includes("1_Pooling/"))),
    read(named("genai_config.json")),
    read(named("1_Pooling/config.json")),
  ]);
  const graphs = files.filter(({ path }) => path.toLowerCase().endsWith(`.${variant.format}`));
  const wanted = [fieldOf(fieldOf(genai, "model"), "decoder").filename, "decoder_model_merged", "model"];
  const chosen = wanted.map((name) => graphs.find(({ path }) => typeof name === "string" && baseName(path).startsWith(name))).find(Boolean);
  const graph = chosen ?? (graphs.length === 1 ? graphs[0] : undefined);
  if (!graph) {
    const what =
      graphs.length === 0
        ? `has no .${variant.format} file`
        : `has the graphs ${graphs.map(({ path }) => path).join(", ")}, and none is named as the one that answers`;
    throw new TenfoldError("invalid-format", `${id} ${what}.`, { framework: "onnx-runtime", remedy: "Keep one graph, named model.onnx." });
  }
  return { graph, weights: files.filter(({ path }) => holdsWeights(path)), config, genai, pooling };
}

/** As exporters name the data beside a graph. */
const holdsWeights = (path: string) => /\.(?:onnx[._]data(?:_\d+)?|data|bin|weights?)$/.test(path);

/** An object within settings; empty where there is none. */
export function fieldOf(settings: SettingsFile, name: string): SettingsFile {
  const value = settings[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as SettingsFile) : {};
}

export function numberOf(settings: SettingsFile, name: string): number | undefined {
  const value = settings[name];
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
