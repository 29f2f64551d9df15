import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGraph } from "../../convert/src/onnx/create-graph.ts";
import { editModel } from "./edit-graph.ts";

const [vocabulary, width] = [2048, 4];
const numberAt = (token: number, at: number) => Math.fround(Math.sin(token * width + at + 1));

/** Writes a graph that looks tokens up and does nothing else, or takes the largest of all. @returns the row of a token. */
export async function writeEncoder(folder: string, output: "last_hidden_state" | "sentence_embedding"): Promise<(token: number) => number[]> {
  const graph = createGraph("model.onnx_data");
  graph.input("input_ids", "I64", ["batch_size", "sequence_length"]);
  graph.input("attention_mask", "I64", ["batch_size", "sequence_length"]);
  graph.input("token_type_ids", "I64", ["batch_size", "sequence_length"]);
  const rows = Float32Array.from({ length: vocabulary * width }, (_, index) => numberAt(Math.floor(index / width), index % width));
  const table = graph.stored("table", "F32", [vocabulary, width], { offset: 0, sizeBytes: rows.byteLength });
  if (output === "last_hidden_state") {
    graph.node("Gather", output, [table, "input_ids"]);
    graph.output(output, "F32", ["batch_size", "sequence_length", width]);
  } else {
    const found = graph.node("Gather", "rows", [table, "input_ids"]);
    graph.node("ReduceMax", output, [found, graph.integers("second", [1])], { attributes: { keepdims: { int: 0 } } });
    graph.output(output, "F32", ["batch_size", width]);
  }
  await writeFile(join(folder, "model.onnx_data"), new Uint8Array(rows.buffer));
  await writeFile(
    join(folder, "model.onnx"),
    editModel(graph.encode(), (same) => same),
  );
  return (token) => Array.from({ length: width }, (_, at) => numberAt(token, at));
}
