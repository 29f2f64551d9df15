import { createFlatbuffer, type Table } from "../flatbuffer.ts";
import { asciiAt } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { elementTypes } from "../onnx/element-types.ts";
import type { OnnxModel, OnnxTensor } from "../onnx/onnx.ts";
import { createPagedReader, type PagedReader } from "../paged-reader.ts";

export const refuse = createRefusal("ORT model");

const deepest = 16;
const versions = ["4", "5", "6"];

interface Sink {
  reader: PagedReader;
  initializers: OnnxTensor[];
  operators: Map<string, number>;
  packedBits: Set<number>;
}

/**
 * Reads a model in ONNX Runtime's own format, never its weights.
 * @throws TenfoldError `invalid-format`.
 */
export async function readOrt(file: ModelFile, signal?: AbortSignal): Promise<OnnxModel> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  if (asciiAt(await reader.bytes(0, 8, "the beginning"), 4, 4) !== "ORTM") throw refuse('it does not carry the identifier "ORTM"', where);
  // It holds 64-bit numbers, so that whoever writes it fills it up to a multiple of their size.
  if (file.sizeBytes % 8 !== 0) throw refuse(`its size of ${file.sizeBytes} bytes is no multiple of 8: its end is missing`, where);
  const root = await createFlatbuffer(reader).root();
  const version = (await root.text(0, "the version")) ?? "";
  if (!versions.includes(version))
    throw refuse(`its version is ${shown(version)}, expected ${versions.join(", ")}`, where, "Convert the model again with a newer ONNX Runtime.");
  const model = await root.table(1, "the model");
  const graph = await model?.table(7, "the graph");
  if (!model || !graph) throw refuse("it has no graph", where);
  const opsets = new Map<string, number>();
  for await (const opset of model.tables(1, "an operator set")) opsets.set((await opset.text(0, "a domain")) ?? "", opset.signed(1, 8));
  const sink: Sink = { reader, initializers: [], operators: new Map(), packedBits: new Set() };
  const inputs = await readGraph(graph, sink, 0);
  return {
    irVersion: model.signed(0, 8),
    producer: (await model.text(2, "the producer")) ?? "",
    opsets,
    inputs: inputs.map((name) => ({ name })),
    outputs: (await graph.texts(6, "an output")).map((name) => ({ name })),
    initializers: sink.initializers,
    operators: sink.operators,
    packedBits: sink.packedBits,
  };
}

async function readGraph(graph: Table, sink: Sink, depth: number): Promise<string[]> {
  const where = { file: sink.reader.path, byte: graph.position };
  if (depth > deepest) throw refuse(`graphs lie more than ${deepest} deep in each other`, where);
  const known = new Set<string>();
  for await (const value of graph.tables(1, "a value")) known.add((await value.text(0, "the name of a value")) ?? "");
  for await (const tensor of graph.tables(0, "a weight")) sink.initializers.push(await readTensor(tensor, sink.reader));
  const nodes = graph.unsigned(3, 4);
  for await (const node of graph.tables(2, "a node")) await readNode(node, { sink, depth, nodes, known });
  // Native code takes these numbers as places in its list of nodes.
  for await (const edges of graph.tables(4, "the edges of a node")) {
    if (edges.unsigned(0, 4) >= nodes) throw refuse(`edges belong to the node ${edges.unsigned(0, 4)} of ${nodes}`, where);
    for (const field of [1, 2]) {
      const list = await edges.vector(field, 12, "a list of edges");
      for (let at = list?.start ?? 0; list && at < list.end; at += 12) {
        const bytes = await sink.reader.bytes(at, at + 12, "an edge");
        const index = new DataView(bytes.buffer, bytes.byteOffset, 12).getUint32(0, true);
        if (index >= nodes) throw refuse(`an edge leads to the node ${index} of ${nodes}`, { ...where, byte: at });
      }
    }
  }
  const [inputs, outputs] = [await graph.texts(5, "an input"), await graph.texts(6, "an output")];
  for (const name of [...inputs, ...outputs]) if (!known.has(name)) throw refuse(`the input or output ${shown(name)} is not described`, where);
  return inputs;
}

interface NodeContext {
  sink: Sink;
  depth: number;
  nodes: number;
  known: ReadonlySet<string>;
}

async function readNode(node: Table, { sink, depth, nodes, known }: NodeContext): Promise<void> {
  const where = { file: sink.reader.path, byte: node.position };
  const type = await node.text(5, "an operator's name");
  if (!type) throw refuse("a node names no operator", where);
  if (node.unsigned(4, 4) >= nodes) throw refuse(`the node ${shown(type)} has the number ${node.unsigned(4, 4)} of ${nodes}`, where);
  for (const field of [8, 9]) {
    for (const name of await node.texts(field, "a node's input or output")) {
      if (name && !known.has(name)) throw refuse(`${shown(type)} uses ${shown(name)}, which is not described`, where);
    }
  }
  const domain = (await node.text(2, "a domain")) ?? "";
  const operator = domain && domain !== "ai.onnx" ? `${domain}:${type}` : type;
  sink.operators.set(operator, (sink.operators.get(operator) ?? 0) + 1);
  for await (const attribute of node.tables(10, "an attribute")) {
    const bits = attribute.signed(4, 8);
    if (bits > 0 && bits <= 16 && (await attribute.text(0, "an attribute's name")) === "bits") sink.packedBits.add(bits);
    const inner = await attribute.table(7, "a graph");
    if (inner) await readGraph(inner, sink, depth + 1);
    for await (const other of attribute.tables(12, "a graph")) await readGraph(other, sink, depth + 1);
    const tensor = await attribute.table(6, "a tensor");
    if (tensor) await readTensor(tensor, sink.reader);
  }
}

async function readTensor(table: Table, reader: PagedReader): Promise<OnnxTensor> {
  const name = (await table.text(0, "the name of a weight")) ?? "";
  const wrong = (what: string) => refuse(`the tensor ${shown(name)} ${what}`, { file: reader.path, byte: table.position, name });
  const shape = await table.integers(2, 8, "a shape");
  const type = elementTypes.get(table.signed(3, 4));
  if (!type) throw wrong(`is of the unknown type ${table.signed(3, 4)}`);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) throw wrong("has an impossible shape");
  const elements = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = Math.ceil((elements * type.bits) / 8);
  if (!Number.isSafeInteger(elements * type.bits)) throw wrong(`has a size that cannot be (${shape.join(" × ")})`);
  if (table.signed(6, 8, -1) >= 0) throw wrong("lies in another file, which is not supported for this format");
  const data = await table.vector(4, 1, "the data of a tensor");
  if (type.bits > 0 && (data?.count ?? 0) !== sizeBytes)
    throw wrong(`needs ${sizeBytes} bytes (${shape.join(" × ")} of ${type.name}) and is given ${data?.count ?? 0}`);
  return { name, type: type.name, shape, elements, sizeBytes };
}
