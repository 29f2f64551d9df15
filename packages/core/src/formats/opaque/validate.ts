import type { ModelMetadata } from "../../contract/installed-model.ts";
import { endsIn, folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";

const refuseCompiled = createRefusal("compiled Core ML model");
const refusePllm = createRefusal("picoLLM model");

/** What says how a model is used stands beside it: its tokenizer, its settings. */
const isDocument = (file: ModelFile) => endsIn(file, ".json", ".jinja", ".txt", ".model", ".md");

const mostFiles = 4096;
const mostBytes = 64 * 1024 ** 3;
const leastPllmBytes = 1024;

/**
 * Checks an .mlmodelc folder as far as it can be: Apple publishes no description of what its compiler writes, only that the folder
 * holds coremldata.bin and a model beside it.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateMlmodelc(files: readonly ModelFile[]): Promise<ModelMetadata> {
  const data = files.filter((file) => /(?:^|\/)coremldata\.bin$/.test(file.path));
  const [root] = data.sort((a, b) => a.path.length - b.path.length);
  if (!root) throw refuseCompiled("it holds no coremldata.bin");
  if (files.length > mostFiles) throw refuseCompiled(`it holds ${files.length} files; ${mostFiles} is the most`);
  const outside = files.find((file) => !file.path.startsWith(folderOf(root.path)) && !isDocument(file));
  if (outside) throw refuseCompiled(`${shown(outside.path)} lies outside of it`);
  checkSize(files, refuseCompiled);
  const own = files.map((file) => file.path.slice(folderOf(root.path).length));
  // A program, a network of the older kind, or the models of a pipeline.
  const hasModel = own.some((path) => /^(?:model\.mil$|model\.espresso\.net$|model\d+\/|weights\/)/.test(path));
  if (!hasModel) throw refuseCompiled("there is no model beside its coremldata.bin");
  return { format: "mlmodelc", validation: "opaque" };
}

/**
 * Checks a .pllm file as far as it can be: its layout is the vendor's own. What can be said is that it is one file of a plausible
 * size and not something else under its name.
 * @throws TenfoldError `invalid-format`.
 */
export async function validatePllm(files: readonly ModelFile[]): Promise<ModelMetadata> {
  const models = files.filter((file) => endsIn(file, ".pllm"));
  const [file] = models;
  if (!file || models.length > 1) throw refusePllm(`a picoLLM model is one .pllm file; there are ${models.length}`);
  if (file.sizeBytes < leastPllmBytes) throw refusePllm(`it has ${file.sizeBytes} bytes, too few for a model`, { file: file.path });
  checkSize([file], refusePllm);
  const head = await file.read({ start: 0, end: 512 });
  // A page that says "not found", or a pointer to a file that was not fetched, is text.
  if (head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127))) throw refusePllm("it is text", { file: file.path });
  if (head.every((byte) => byte === 0)) throw refusePllm("it begins with nothing but zeros", { file: file.path });
  return { format: "pllm", validation: "opaque" };
}

function checkSize(files: readonly ModelFile[], refuse: typeof refusePllm): void {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > mostBytes) throw refuse(`it has ${sizeBytes} bytes; ${mostBytes} is the most`);
  const empty = files.find((file) => file.sizeBytes === 0 && endsIn(file, ".bin", ".mil", ".net", ".pllm"));
  if (empty) throw refuse("it is empty", { file: empty.path });
}
