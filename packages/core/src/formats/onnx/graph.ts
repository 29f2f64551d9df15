import type { ModelFile } from "../format-handler.ts";
import { shown } from "../invalid-format.ts";
import type { Field, ProtobufWalker, Range } from "../protobuf.ts";
import type { OnnxTensor, OnnxValue } from "./onnx.ts";
import { readTensor } from "./tensor.ts";
import { readValue } from "./value.ts";

const mostNodes = 524_288;
const deepest = 16;

/** What is gathered while graphs are walked, the outermost and those inside its nodes. */
export interface GraphSink {
  files: readonly ModelFile[];
  initializers: OnnxTensor[];
  operators: Map<string, number>;
  packedBits: Set<number>;
  nodes: number;
}

export interface Graph {
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** Names that are known in a graph: its own, and those of the graphs around it. */
type Scope = readonly Set<string>[];

/** Reads a GraphProto and checks that every value is made once, before it is used: so there are no cycles. */
export async function readGraph(walker: ProtobufWalker, range: Range, sink: GraphSink, outer: Scope = []): Promise<Graph> {
  const { refuse, path } = walker.reader;
  if (outer.length >= deepest) throw refuse(`graphs lie more than ${deepest} deep in each other`, { file: path, byte: range.start });
  const own = new Set<string>();
  const scope = [...outer, own];
  const nodes: Range[] = [];
  const graph: Graph = { inputs: [], outputs: [] };
  const initialized: OnnxTensor[] = [];
  await walker.walk(range, "a graph", async (field) => {
    if (field.number === 1) {
      sink.nodes += 1;
      if (sink.nodes > mostNodes) throw refuse(`it has more than ${mostNodes} nodes`, { file: path, byte: field.start });
      nodes.push(message(walker, field));
    } else if (field.number === 5) initialized.push(await readTensor(walker, message(walker, field), sink.files));
    else if (field.number === 11) graph.inputs.push(await readValue(walker, message(walker, field)));
    else if (field.number === 12) graph.outputs.push(await readValue(walker, message(walker, field)));
    else if (field.number === 15) own.add(await sparseName(walker, message(walker, field), sink));
  });
  for (const { name } of initialized) define(walker, own, name, range);
  // An input may have an initializer, which is its default.
  for (const { name } of graph.inputs) own.add(name);
  sink.initializers.push(...initialized);
  for (const node of nodes) await readNode(walker, node, sink, scope);
  for (const { name } of graph.outputs) {
    if (!scope.some((names) => names.has(name))) throw refuse(`nothing makes the output ${shown(name)}`, { file: path, byte: range.start, name });
  }
  return graph;
}

function message(walker: ProtobufWalker, field: Field): Field {
  if (field.wire === "bytes") return field;
  throw walker.reader.refuse("a number stands where a message is expected", { file: walker.reader.path, byte: field.start });
}

function define(walker: ProtobufWalker, names: Set<string>, name: string, { start }: Range): void {
  if (names.has(name)) throw walker.reader.refuse(`the value ${shown(name)} is made twice`, { file: walker.reader.path, byte: start, name });
  names.add(name);
}

async function sparseName(walker: ProtobufWalker, range: Range, sink: GraphSink): Promise<string> {
  let name = "";
  await walker.walk(range, "a sparse tensor", async (field) => {
    if (field.number === 1 || field.number === 2) {
      const tensor = await readTensor(walker, message(walker, field), sink.files);
      if (field.number === 1) name = tensor.name;
    }
  });
  return name;
}

async function readNode(walker: ProtobufWalker, range: Range, sink: GraphSink, scope: Scope): Promise<void> {
  const { refuse, path } = walker.reader;
  const [inputs, outputs, attributes]: [string[], string[], Range[]] = [[], [], []];
  let [type, domain] = ["", ""];
  await walker.walk(range, "a node", async (field) => {
    if (field.number === 1) inputs.push(await walker.text(field, "an input's name"));
    else if (field.number === 2) outputs.push(await walker.text(field, "an output's name"));
    else if (field.number === 4) type = await walker.text(field, "an operator's name");
    else if (field.number === 5) attributes.push(message(walker, field));
    else if (field.number === 7) domain = await walker.text(field, "a domain");
  });
  const where = { file: path, byte: range.start };
  if (!type) throw refuse("a node names no operator", where);
  for (const input of inputs) {
    // An empty name is an optional input that is left out.
    if (input && !scope.some((names) => names.has(input))) {
      throw refuse(`${shown(type)} uses ${shown(input)} before anything makes it: the graph has a cycle or is not sorted`, { ...where, name: input });
    }
  }
  const operator = domain && domain !== "ai.onnx" ? `${domain}:${type}` : type;
  sink.operators.set(operator, (sink.operators.get(operator) ?? 0) + 1);
  for (const attribute of attributes) await readAttribute(walker, attribute, sink, scope);
  for (const output of outputs) if (output) define(walker, scope.at(-1) ?? new Set(), output, range);
}

async function readAttribute(walker: ProtobufWalker, range: Range, sink: GraphSink, scope: Scope): Promise<void> {
  let name = "";
  let integer: number | undefined;
  await walker.walk(range, "an attribute", async (field) => {
    if (field.number === 1) name = await walker.text(field, "an attribute's name");
    else if (field.number === 3) integer = field.value;
    else if (field.number === 5 || field.number === 10) await readTensor(walker, message(walker, field), sink.files);
    else if (field.number === 6 || field.number === 11) await readGraph(walker, message(walker, field), sink, scope);
    else if (field.number === 22 || field.number === 23) await sparseName(walker, message(walker, field), sink);
  });
  if (name === "bits" && integer !== undefined && integer > 0 && integer <= 16) sink.packedBits.add(integer);
}
