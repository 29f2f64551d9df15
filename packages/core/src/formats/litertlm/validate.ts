import type { ModelMetadata } from "../../contract/installed-model.ts";
import { sliceFile } from "../file-slice.ts";
import { createFlatbuffer } from "../flatbuffer.ts";
import { asciiAt, endsIn } from "../folder.ts";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { createRefusal } from "../invalid-format.ts";
import { createPagedReader } from "../paged-reader.ts";
import { createProtobufWalker } from "../protobuf.ts";
import { describeTflite } from "../tflite/describe.ts";
import { readTflite } from "../tflite/reader.ts";
import type { TfliteModel } from "../tflite/tflite.ts";

const refuse = createRefusal("LiteRT-LM model");
const preambleBytes = 32;
const mostHeaderBytes = 16 * 1024 * 1024;
const mostSections = 256;

/** Names of the section types that the format numbers. */
const sectionTypes = ["none", "binary", "deprecated", "model", "sentencepiece", "metadata", "tokenizer", "weights", "executor-metadata"] as const;

interface Section {
  type: (typeof sectionTypes)[number] | "unknown";
  start: number;
  end: number;
}

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
  const sections = await readSections(file, signal);
  const models: TfliteModel[] = [];
  let described: Partial<ModelMetadata> = {};
  for (const { type, start, end } of sections) {
    const part = sliceFile(file, start, end, `${file.path}/${type}`);
    if (type === "model") models.push(await readTflite(part, refuse, signal));
    else if (type === "metadata") described = await readMetadata(part, signal);
    else if (type === "tokenizer") await checkTokenizer(part);
  }
  if (models.length === 0) throw refuse("there is no model in it", { file: file.path });
  return { metadata: { format: "litertlm", ...describeTflite(models), ...described }, tensors: models.flatMap(({ weights }) => weights) };
}

async function readSections(file: ModelFile, signal?: AbortSignal): Promise<Section[]> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  const head = await reader.bytes(0, preambleBytes, "the beginning");
  if (asciiAt(head, 0, 8) !== "LITERTLM") throw refuse('it does not begin with "LITERTLM"', where);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const major = view.getUint32(8, true);
  if (major !== 1)
    throw refuse(
      `its version is ${major}.${view.getUint32(12, true)}, expected 1`,
      { ...where, byte: 8 },
      "Update Tenfold, or take an older file of this model.",
    );
  const headerEnd = view.getUint32(28, true) * 2 ** 32 + view.getUint32(24, true);
  if (headerEnd < preambleBytes + 8 || headerEnd > mostHeaderBytes || headerEnd > file.sizeBytes) {
    throw refuse(`its header ends at ${headerEnd}, in a file of ${file.sizeBytes} bytes`, { ...where, byte: 24 });
  }
  const root = await createFlatbuffer(reader, { start: preambleBytes, end: headerEnd, mostObjects: 100_000 }).root();
  const list = await root.table(1, "the list of sections");
  if (!list) throw refuse("it lists no sections", where);
  const sections: Section[] = [];
  for await (const entry of list.tables(0, "a section")) {
    if (sections.length >= mostSections) throw refuse(`it has more than ${mostSections} sections`, where);
    sections.push({ type: sectionTypes[entry.unsigned(3, 1)] ?? "unknown", start: entry.unsigned(1, 8), end: entry.unsigned(2, 8) });
  }
  let end = headerEnd;
  for (const section of [...sections].sort((a, b) => a.start - b.start)) {
    const at = { ...where, byte: section.start };
    if (section.start < end) throw refuse(`a section of the kind ${section.type} begins at ${section.start}, inside what lies before it`, at);
    if (section.end <= section.start) throw refuse(`a section of the kind ${section.type} ends at ${section.end}, before it begins`, at);
    end = section.end;
    if (end > file.sizeBytes) {
      throw refuse(`the file is truncated: it has ${file.sizeBytes} bytes and should have ${end}`, at, "Download the file again; it was not received whole.");
    }
  }
  return sections;
}

/** The message that says how the model is prompted and how many tokens it takes. */
async function readMetadata(part: ModelFile, signal?: AbortSignal): Promise<Partial<ModelMetadata>> {
  const walker = createProtobufWalker(createPagedReader(part, { refuse, ...(signal ? { signal } : {}) }), { mostFields: 100_000 });
  const described: Partial<ModelMetadata> = {};
  await walker.walk({ start: 0, end: part.sizeBytes }, "the metadata", async (field) => {
    if (field.number === 5 && field.wire === "varint" && field.value > 0) described.contextLength = field.value;
    if (field.number === 7) described.chatTemplate = await walker.text(field, "the chat template");
  });
  return described;
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
