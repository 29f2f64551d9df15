import { createFlatbuffer, type Table } from "../flatbuffer.ts";
import { asciiAt } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { type Refusal, shown } from "../invalid-format.ts";
import type { NamedTensor } from "../named-tensor.ts";
import { createPagedReader } from "../paged-reader.ts";
import { type BufferSizes, readBuffers, readSubgraph, type Subgraph } from "./subgraph.ts";
import { tensorTypes } from "./tensor-types.ts";
import type { TfliteModel, TfliteSignature, TfliteTensor } from "./tflite.ts";

const mostSubgraphs = 1024;

/**
 * Reads a TensorFlow Lite model by ranges, never its weights: every offset is checked before it is followed, every index before it
 * is believed.
 * @throws TenfoldError `invalid-format`.
 */
export async function readTflite(file: ModelFile, refuse: Refusal, signal?: AbortSignal): Promise<TfliteModel> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  if (asciiAt(await reader.bytes(0, 8, "the beginning"), 4, 4) !== "TFL3") throw refuse('it does not carry the identifier "TFL3"', where);
  const root = await createFlatbuffer(reader).root();
  const version = root.unsigned(0, 4);
  if (version !== 3) throw refuse(`its version is ${version}, expected 3`, where);
  const operators: string[] = [];
  const customOperators: string[] = [];
  for await (const code of root.tables(1, "an operator code")) {
    const custom = await code.text(1, "the name of an operator");
    operators.push(custom ?? "");
    if (custom) customOperators.push(custom);
  }
  const buffers = await readBuffers(root, reader);
  if (buffers.length === 0) throw refuse("it has no buffers", where);
  const subgraphs: Subgraph[] = [];
  for await (const table of root.tables(2, "a subgraph")) {
    if (subgraphs.length >= mostSubgraphs) throw refuse(`it has more than ${mostSubgraphs} subgraphs`, where);
    subgraphs.push(await readSubgraph(table, { reader, buffers, operators: operators.length }));
  }
  if (subgraphs.length === 0) throw refuse("it has no subgraph, so there is nothing to run", where);
  for await (const entry of root.tables(6, "a metadata entry")) {
    if (entry.unsigned(1, 4) >= buffers.length) throw refuse(`a metadata entry names the buffer ${entry.unsigned(1, 4)} of ${buffers.length}`, where);
  }
  const signatures: TfliteSignature[] = [];
  for await (const table of root.tables(7, "a signature")) signatures.push(await readSignature(table, subgraphs, refuse, file.path));
  return {
    description: (await root.text(3, "the description")) ?? "",
    signatures,
    subgraphs: subgraphs.length,
    customOperators,
    weights: weightsOf(subgraphs, buffers),
  };
}

async function readSignature(table: Table, subgraphs: readonly Subgraph[], refuse: Refusal, file: string): Promise<TfliteSignature> {
  const name = (await table.text(2, "the name of a signature")) ?? "";
  const index = table.unsigned(4, 4);
  const subgraph = subgraphs[index];
  if (!subgraph) throw refuse(`the signature ${shown(name)} is of the subgraph ${index} of ${subgraphs.length}`, { file, name });
  const named = async (field: number): Promise<TfliteTensor[]> => {
    const tensors: TfliteTensor[] = [];
    for await (const entry of table.tables(field, "an input or output of a signature")) {
      const tensor = subgraph.tensors[entry.unsigned(1, 4)];
      if (!tensor) throw refuse(`the signature ${shown(name)} names the tensor ${entry.unsigned(1, 4)} of ${subgraph.tensors.length}`, { file, name });
      tensors.push({ name: (await entry.text(0, "the name of an input or output")) ?? "", type: tensor.type, shape: tensor.shape });
    }
    return tensors;
  };
  return { name, inputs: await named(0), outputs: await named(1) };
}

/** Several tensors, and subgraphs, may share a buffer. */
function weightsOf(subgraphs: readonly Subgraph[], buffers: BufferSizes): TfliteModel["weights"] {
  const seen = new Map<number, NamedTensor>();
  for (const { tensors } of subgraphs) {
    for (const { name, type, shape, elements, buffer } of tensors) {
      const sizeBytes = buffers[buffer] ?? 0;
      if (sizeBytes > 0 && !seen.has(buffer)) seen.set(buffer, { name, type, shape, elements, sizeBytes });
    }
  }
  return [...seen.values()].filter(({ type }) => tensorTypes.some((known) => known.name === type && known.bits > 0));
}
