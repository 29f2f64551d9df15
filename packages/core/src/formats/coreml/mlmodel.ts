import { beside, folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { type Refusal, shown } from "../invalid-format.ts";
import { createPagedReader } from "../paged-reader.ts";
import { createProtobufWalker, type Field, type ProtobufWalker, type Range } from "../protobuf.ts";

export interface Mlmodel {
  specificationVersion: number;
  kind: "program" | "neural-network" | "pipeline" | "other";
  inputs: readonly string[];
  outputs: readonly string[];
  /** Whether it keeps values between predictions, as a KV cache does. */
  isStateful: boolean;
  /** The author's own entries. */
  userDefined: ReadonlyMap<string, string>;
  description: string;
}

const newestVersion = 20;
const programField = 502;
const mostBlockDepth = 32;
const mostUserEntries = 4096;

/** Reads a Core ML model by ranges, and checks that what its program keeps in other files is there. */
export async function readMlmodel(file: ModelFile, files: readonly ModelFile[], refuse: Refusal, signal?: AbortSignal): Promise<Mlmodel> {
  const where = { file: file.path };
  const walker = createProtobufWalker(createPagedReader(file, { refuse, ...(signal ? { signal } : {}) }));
  const kinds: Field[] = [];
  const descriptions: Range[] = [];
  let specificationVersion = 0;
  await walker.walk({ start: 0, end: file.sizeBytes }, "the model", (field) => {
    if (field.number === 1) specificationVersion = field.value;
    else if (field.number === 2) descriptions.push(messageOf(field, walker));
    else if (field.number >= 200) kinds.push(messageOf(field, walker));
  });
  if (specificationVersion < 1 || specificationVersion > newestVersion) {
    throw refuse(`its specification has the version ${specificationVersion}, expected 1 to ${newestVersion}`, where);
  }
  const [kind] = kinds;
  const [description] = descriptions;
  if (!kind || kinds.length > 1) throw refuse(`it is of ${kinds.length} kinds, expected one`, where);
  if (!description || descriptions.length > 1) throw refuse(`it has ${descriptions.length} descriptions, expected one`, where);
  if (kind.number === programField) await readProgram(kind, { walker, files });
  return { specificationVersion, kind: nameOf(kind.number), ...(await readDescription(description, walker)) };
}

function nameOf(number: number): Mlmodel["kind"] {
  if (number === programField) return "program";
  if (number === 500 || number === 303 || number === 403) return "neural-network";
  return number >= 200 && number <= 202 ? "pipeline" : "other";
}

function messageOf(field: Field, { reader }: ProtobufWalker): Field {
  if (field.wire === "bytes") return field;
  throw reader.refuse("a number stands where a message is expected", { file: reader.path, byte: field.start });
}

async function readDescription(range: Range, walker: ProtobufWalker): Promise<Omit<Mlmodel, "specificationVersion" | "kind">> {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const userDefined = new Map<string, string>();
  let [isStateful, description] = [false, ""];
  await walker.walk(range, "the description", async (field) => {
    if (field.number === 1 || field.number === 10) {
      await walker.walk(messageOf(field, walker), "a feature", async (part) => {
        if (part.number === 1) (field.number === 1 ? inputs : outputs).push(await walker.text(part, "the name of a feature"));
      });
    } else if (field.number === 13) isStateful = true;
    else if (field.number === 20) isStateful ||= await hasState(messageOf(field, walker), walker);
    else if (field.number === 100) {
      await walker.walk(messageOf(field, walker), "the metadata", async (part) => {
        if (part.number === 1) description = await walker.text(part, "the short description");
        if (part.number === 100 && userDefined.size < mostUserEntries) {
          let [key, value] = ["", ""];
          await walker.walk(messageOf(part, walker), "an entry of the metadata", async (text) => {
            if (text.number === 1) key = await walker.text(text, "a key");
            if (text.number === 2) value = await walker.text(text, "a value");
          });
          userDefined.set(key, value);
        }
      });
    }
  });
  return { inputs, outputs, isStateful, userDefined, description };
}

/** A model of several functions describes the features of each. */
async function hasState(range: Range, walker: ProtobufWalker): Promise<boolean> {
  let found = false;
  await walker.walk(range, "a function's description", (field) => {
    if (field.number === 6) found = true;
  });
  return found;
}

interface ProgramContext {
  walker: ProtobufWalker;
  files: readonly ModelFile[];
}

async function readProgram(range: Range, context: ProgramContext): Promise<void> {
  await eachValue(range, 2, context, (body) => eachValue(body, 3, context, (block) => readBlock(block, context, 0)));
}

/** Visits the values of a map field. */
async function eachValue(range: Range, number: number, { walker }: ProgramContext, visit: (value: Field) => Promise<void>): Promise<void> {
  await walker.walk(range, "a part of the program", async (field) => {
    if (field.number !== number) return;
    await walker.walk(messageOf(field, walker), "a part of the program", async (part) => {
      if (part.number === 2) await visit(messageOf(part, walker));
    });
  });
}

async function readBlock(range: Range, context: ProgramContext, depth: number): Promise<void> {
  const { walker } = context;
  if (depth > mostBlockDepth)
    throw walker.reader.refuse(`blocks lie more than ${mostBlockDepth} deep in each other`, { file: walker.reader.path, byte: range.start });
  await walker.walk(range, "a block", async (field) => {
    if (field.number !== 3) return;
    const operation = messageOf(field, walker);
    await walker.walk(operation, "an operation", async (part) => {
      if (part.number === 4) await readBlock(messageOf(part, walker), context, depth + 1);
    });
    await eachValue(operation, 5, context, (value) => readValue(value, context));
    await eachValue(operation, 2, context, async (argument) => {
      await walker.walk(argument, "an argument", async (binding) => {
        if (binding.number !== 1) return;
        await walker.walk(messageOf(binding, walker), "a binding", async (part) => {
          if (part.number === 2) await readValue(messageOf(part, walker), context);
        });
      });
    });
  });
}

const modelPath = "@model_path/";
/** What a blob begins with: its type, its size and where its data lie. */
const blobHeadBytes = 64;

async function readValue(range: Range, { walker, files }: ProgramContext): Promise<void> {
  await walker.walk(range, "a value", async (field) => {
    if (field.number !== 5) return;
    let [name, offset] = ["", 0];
    await walker.walk(messageOf(field, walker), "where a value lies", async (part) => {
      if (part.number === 1) name = await walker.text(part, "the name of a file");
      if (part.number === 2) offset = part.value;
    });
    const { refuse, path } = walker.reader;
    const where = { file: path, byte: field.start, name };
    if (!name.startsWith(modelPath) || /\\|(?:^|\/)\.{1,2}(?:\/|$)/.test(name))
      throw refuse(`a value lies in ${shown(name)}, which is no file of the model`, where);
    const file = beside(files, path, name.slice(modelPath.length));
    if (!file) throw refuse(`a value lies in ${shown(name)}, which is not in ${shown(folderOf(path))}`, where);
    if (offset < 0 || offset + blobHeadBytes > file.sizeBytes)
      throw refuse(`a value lies at ${offset} in ${shown(name)}, which has ${file.sizeBytes} bytes`, where);
    await checkBlob(file, offset, walker);
  });
}

async function checkBlob(file: ModelFile, offset: number, { reader: { refuse } }: ProtobufWalker): Promise<void> {
  const head = await file.read({ start: 0, end: 8 });
  const version = head.byteLength < 8 ? 0 : new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(4, true);
  if (version !== 1 && version !== 2) throw refuse(`its storage has the version ${version}, expected 1 or 2`, { file: file.path });
  const bytes = await file.read({ start: offset, end: offset + 24 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const where = { file: file.path, byte: offset };
  if (view.byteLength < 24 || view.getUint32(0, true) !== 0xdeadbeef) throw refuse("a value is not where it should be", where);
  const [sizeBytes, start] = [Number(view.getBigUint64(8, true)), Number(view.getBigUint64(16, true))];
  if (start + sizeBytes > file.sizeBytes) throw refuse(`a value ends at ${start + sizeBytes}, in a file of ${file.sizeBytes} bytes`, where);
}
