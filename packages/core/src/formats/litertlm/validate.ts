import type { ModelMetadata } from "../../contract/installed-model.ts";
import { sliceFile } from "../file-slice.ts";
import { endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { createRefusal } from "../invalid-format.ts";
import { describeTflite } from "../tflite/describe.ts";
import { readTflite } from "../tflite/reader.ts";
import type { TfliteModel } from "../tflite/tflite.ts";
import { readLlmMetadata } from "./llm-metadata.ts";
import { readLitertLmSections } from "./sections.ts";

const refuse = createRefusal("LiteRT-LM model");
/**
 * Checks a .litertlm file: its table of sections and each model in it.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateLitertLm(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  return (await readLitertLm(files, signal)).metadata;
}

/** Checks the same, and lists the weights of all models in it. @throws TenfoldError `invalid-format`. */
export async function readLitertLm(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const bundles = files.filter((file) => endsIn(file, ".litertlm"));
  const [file] = bundles.length > 0 ? bundles : files;
  if (!file || bundles.length > 1) throw refuse(`a LiteRT-LM model is one .litertlm file; there are ${bundles.length}`);
  const sections = await readLitertLmSections(file, signal);
  const models: TfliteModel[] = [];
  let described: Partial<ModelMetadata> = {};
  for (const { type, start, end } of sections) {
    const part = sliceFile(file, start, end, `${file.path}/${type}`);
    if (type === "model") models.push(await readTflite(part, refuse, signal));
    else if (type === "metadata") described = await readLlmMetadata(part, refuse, signal);
    else if (type === "tokenizer") await checkTokenizer(part);
  }
  if (models.length === 0) throw refuse("there is no model in it", { file: file.path });
  return { metadata: { format: "litertlm", ...describeTflite(models), ...described }, tensors: models.flatMap(({ weights }) => weights) };
}

const mostTokenizerBytes = 256 * 1024 * 1024;

/** Its unpacked size, which a loader makes room for at once, then deflated JSON. */
async function checkTokenizer(part: ModelFile): Promise<void> {
  const head = await part.read({ start: 0, end: 9 });
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 9 || (view.getUint8(8) & 0x0f) !== 8) throw refuse("its tokenizer is not deflated", { file: part.path });
  const sizeBytes = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (sizeBytes > mostTokenizerBytes) throw refuse(`its tokenizer claims ${sizeBytes} bytes; ${mostTokenizerBytes} is the most`, { file: part.path });
}
