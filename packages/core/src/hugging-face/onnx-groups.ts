import { folderOf } from "../formats/folder.ts";
import { companionsOf, nameOf } from "./companions.ts";
import type { Group } from "./group-variants.ts";
import type { RepositoryFile } from "./repository.ts";

/** How exporters end the names of graphs in a quantization; without an ending the weights are as they were trained. */
const ending = /_(q4f16|q4|q8|fp16|int8|uint8|quantized|bnb4|q2f16|q2|q1f16|q1)$/;
/** Graphs of a decoder in two halves, which the merged one replaces. */
const halves = /^(?:decoder_model|decoder_with_past_model)$/;

/** One variant for each folder and quantization: its graphs, the files that hold their weights, tokenizer and configuration. */
export function onnxGroups(files: readonly RepositoryFile[]): Group[] {
  const groups = new Map<string, { folder: string; quantization?: string; graphs: RepositoryFile[] }>();
  for (const file of files) {
    if (!file.path.endsWith(".onnx")) continue;
    const folder = folderOf(file.path);
    const quantization = ending.exec(stemOf(file))?.[1];
    const key = `${folder}${quantization ?? ""}`;
    const group = groups.get(key) ?? { folder, graphs: [], ...(quantization ? { quantization } : {}) };
    group.graphs.push(file);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ folder, quantization, graphs }) => {
    const isMerged = graphs.some((graph) => plainStem(graph) === "decoder_model_merged");
    const own = graphs.filter((graph) => !(isMerged && halves.test(plainStem(graph))));
    const data = own.flatMap((graph) => dataOf(graph, files));
    const place = folder.replace(/\/$/, "");
    const name = [place === "onnx" ? "" : place, quantization ?? ""].filter(Boolean).join("-");
    return {
      format: "onnx",
      name,
      stem: `${folder}${name}`,
      files: [...own, ...data, ...companionsOf(files, folder)],
      ...(quantization ? { quantization } : {}),
    };
  });
}

function stemOf({ path }: RepositoryFile): string {
  return nameOf(path).slice(0, -".onnx".length);
}

function plainStem(file: RepositoryFile): string {
  return stemOf(file).replace(ending, "");
}

/** "model.onnx_data", "model.onnx_data_1" or "model.onnx.data" lie beside "model.onnx". */
function dataOf(graph: RepositoryFile, files: readonly RepositoryFile[]): RepositoryFile[] {
  return files.filter(({ path }) => path.startsWith(graph.path) && /^(?:_data(?:_\d+)?|\.data(?:[._]\d+)?)$/.test(path.slice(graph.path.length)));
}
