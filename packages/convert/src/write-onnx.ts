import type { Source } from "./convert-model.ts";
import type { ConvertOptions } from "./convert-options.ts";
import { genAiConfig, modelConfig } from "./documents/model-documents.ts";
import { jsonText } from "./documents/tokenizer-documents.ts";
import type { FolderWriter } from "./folder-writer.ts";
import { buildLlamaGraph } from "./onnx/build-llama-graph.ts";
import { createDataFile } from "./onnx/data-file.ts";
import { unsupported } from "./source/llama-shape.ts";

const modelFile = "model.onnx";
/** The name that transformers.js looks for. */
const dataFile = "model.onnx_data";

/** Writes model.onnx, its data and the configurations of those who run it. */
export async function writeOnnx(folder: FolderWriter, source: Source, options: ConvertOptions): Promise<boolean> {
  const { dequantize = false, accuracyLevel = 4, signal } = options;
  if (source.shape.headLength % 16 !== 0) throw unsupported(`its heads are ${source.shape.headLength} wide, and ONNX Runtime wants a multiple of 16`);
  const data = createDataFile();
  const graph = buildLlamaGraph(data, { ...source, dequantize, accuracyLevel, dataFile }).encode();
  await folder.expect(data.sizeBytes);
  await folder.file(dataFile, data.sizeBytes, (file) =>
    data.write((bytes, position) => file.write(bytes, position), { onBytes: (bytes) => folder.progress(bytes), ...(signal ? { signal } : {}) }),
  );
  await folder.file(modelFile, graph.length, (file) => file.write(graph, 0));
  const config = { ...modelConfig(source, "F32"), "transformers.js_config": { use_external_data_format: true, dtype: "fp32" } };
  await folder.text("config.json", jsonText(config));
  await folder.text("genai_config.json", jsonText(genAiConfig(source, modelFile)));
  return true;
}
