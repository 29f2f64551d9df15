import type { Table } from "../flatbuffer.ts";
import { shown } from "../invalid-format.ts";
import type { PagedReader } from "../paged-reader.ts";
import { tensorTypes } from "./tensor-types.ts";
import type { TfliteTensor } from "./tflite.ts";

const mostTensors = 1_000_000;
const mostDimensions = 16;

/** Bytes of each buffer of a model; 0 for those that hold nothing. */
export type BufferSizes = readonly number[];

export interface SubgraphTensor extends TfliteTensor {
  elements: number;
  buffer: number;
}

export interface Subgraph {
  tensors: readonly SubgraphTensor[];
}

export interface SubgraphContext {
  reader: PagedReader;
  buffers: BufferSizes;
  /** How many operator codes the model lists. */
  operators: number;
}

/** Data lie in the flatbuffer, or behind it in files beyond 2 GB. */
export async function readBuffers(root: Table, { refuse, path, sizeBytes }: PagedReader): Promise<BufferSizes> {
  const sizes: number[] = [];
  for await (const buffer of root.tables(4, "a buffer")) {
    const [offset, size] = [buffer.unsigned(1, 8), buffer.unsigned(2, 8)];
    if (offset > 1 && offset + size > sizeBytes) {
      throw refuse(
        `the file is truncated: it has ${sizeBytes} bytes and the buffer ${sizes.length} ends at ${offset + size}`,
        { file: path, byte: buffer.position },
        "Download the file again; it was not received whole.",
      );
    }
    const data = await buffer.vector(0, 1, `the buffer ${sizes.length}`);
    sizes.push(offset > 1 ? size : (data?.count ?? 0));
  }
  return sizes;
}

/** Reads a subgraph and checks that what its tensors and operators refer to is there. */
export async function readSubgraph(table: Table, context: SubgraphContext): Promise<Subgraph> {
  const { refuse, path } = context.reader;
  const tensors: SubgraphTensor[] = [];
  for await (const tensor of table.tables(0, "a tensor")) {
    if (tensors.length >= mostTensors) throw refuse(`a subgraph has more than ${mostTensors} tensors`, { file: path });
    tensors.push(await readTensor(tensor, context));
  }
  const check = (indices: readonly number[], what: string, lowest = 0): void => {
    const wrong = indices.find((index) => index < lowest || index >= tensors.length);
    if (wrong !== undefined) throw refuse(`${what} is the tensor ${wrong} of ${tensors.length}`, { file: path, byte: table.position });
  };
  check(await table.integers(1, 4, "the inputs of a subgraph"), "an input");
  check(await table.integers(2, 4, "the outputs of a subgraph"), "an output");
  for await (const operator of table.tables(3, "an operator")) {
    const where = { file: path, byte: operator.position };
    if (operator.unsigned(0, 4) >= context.operators) throw refuse(`an operator is of the kind ${operator.unsigned(0, 4)} of ${context.operators}`, where);
    // -1 stands for an optional input that is left out.
    check(await operator.integers(1, 4, "an operator's inputs"), "an operator's input", -1);
    check(await operator.integers(2, 4, "an operator's outputs"), "an operator's output");
    check(await operator.integers(8, 4, "an operator's inner tensors"), "an operator's inner tensor", -1);
    for (const options of [4, 12]) if (operator.has(options)) await operator.table(options, "an operator's options");
    await operator.vector(5, 1, "an operator's own options");
    const [offset, size] = [operator.unsigned(9, 8), operator.unsigned(10, 8)];
    if (offset > 1 && offset + size > context.reader.sizeBytes) throw refuse("an operator's options reach beyond the file", where);
  }
  return { tensors };
}

async function readTensor(table: Table, { reader, buffers }: SubgraphContext): Promise<SubgraphTensor> {
  const name = (await table.text(3, "the name of a tensor")) ?? "";
  const wrong = (what: string) => reader.refuse(`the tensor ${shown(name)} ${what}`, { file: reader.path, byte: table.position, name });
  const number = table.signed(1, 1);
  const type = tensorTypes[number];
  if (!type) throw wrong(`is of the unknown type ${number}`);
  const shape = await table.integers(0, 4, "the shape of a tensor");
  if (shape.length > mostDimensions || shape.some((length) => length < -1))
    throw wrong(`has an impossible shape (${shape.slice(0, mostDimensions).join(" × ")})`);
  const buffer = table.unsigned(2, 4);
  const sizeBytes = buffers[buffer];
  if (sizeBytes === undefined) throw wrong(`lies in the buffer ${buffer} of ${buffers.length}`);
  const elements = shape.reduce((product, length) => product * length, 1);
  const needed = Math.ceil((elements * type.bits) / 8);
  const isSparse = table.has(6);
  if (sizeBytes > 0 && type.bits > 0 && !isSparse && needed !== sizeBytes) {
    throw wrong(`needs ${needed} bytes (${shape.join(" × ")} of ${type.name}) and is given ${sizeBytes}`);
  }
  const open = await table.integers(7, 4, "the open shape of a tensor");
  return { name, type: type.name, shape: open.length === shape.length && open.length > 0 ? open : shape, elements, buffer };
}
