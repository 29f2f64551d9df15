import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { createPagedReader } from "../paged-reader.ts";
import { createProtobufWalker, type Range } from "../protobuf.ts";
import { type Graph, type GraphSink, readGraph } from "./graph.ts";
import type { OnnxModel } from "./onnx.ts";

export const refuse = createRefusal("ONNX");

/** Newer ones are for newer runtimes; what a version changes is not known before it is there. */
const newestIrVersion = 14;
const mostOpsets = 256;

/**
 * Reads a model's description by ranges, stepping over weights.
 * @param files the model's folder, where external data may lie.
 * @throws TenfoldError `invalid-format`.
 */
export async function readOnnx(file: ModelFile, files: readonly ModelFile[], signal?: AbortSignal): Promise<OnnxModel> {
  const where = { file: file.path };
  const reader = createPagedReader(file, { refuse, ...(signal ? { signal } : {}) });
  const walker = createProtobufWalker(reader);
  const opsets = new Map<string, number>();
  const graphs: Range[] = [];
  const functions: Range[] = [];
  let irVersion = 0;
  let producer = "";
  await walker.walk({ start: 0, end: file.sizeBytes }, "the model", async (field) => {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 2) producer = await walker.text(field, "the producer's name");
    else if (field.number === 7 && field.wire === "bytes") graphs.push(field);
    else if (field.number === 25 && field.wire === "bytes") functions.push(field);
    else if (field.number === 8 && field.wire === "bytes") {
      let [domain, version] = ["", 0];
      await walker.walk(field, "an operator set", async (part) => {
        if (part.number === 1) domain = await walker.text(part, "a domain");
        if (part.number === 2) version = part.value;
      });
      opsets.set(domain === "ai.onnx" ? "" : domain, version);
      if (opsets.size > mostOpsets) throw refuse(`it imports more than ${mostOpsets} operator sets`, where);
    }
  });
  if (irVersion < 3 || irVersion > newestIrVersion) throw refuse(`its version is ${irVersion}, expected 3 to ${newestIrVersion}`, where);
  const [graph] = graphs;
  if (!graph || graphs.length > 1) throw refuse(`it has ${graphs.length} graphs, expected one`, where);
  if (opsets.size === 0) throw refuse("it imports no operator set", where);
  for (const [domain, version] of opsets) if (version < 1) throw refuse(`the operator set ${shown(domain)} has the version ${version}`, where);
  const sink: GraphSink = { files, initializers: [], operators: new Map(), packedBits: new Set(), nodes: 0 };
  const { inputs, outputs }: Graph = await readGraph(walker, graph, sink);
  checkDomains(sink.operators, opsets, functions.length > 0);
  const { initializers, operators, packedBits } = sink;
  return { irVersion, producer, opsets, inputs, outputs, initializers, operators, packedBits };
}

/** A model's own functions bring domains of their own. */
function checkDomains(operators: ReadonlyMap<string, number>, opsets: ReadonlyMap<string, number>, hasFunctions: boolean): void {
  if (hasFunctions) return;
  for (const operator of operators.keys()) {
    const domain = operator.includes(":") ? operator.slice(0, operator.indexOf(":")) : "";
    if (!opsets.has(domain)) throw refuse(`it uses ${shown(operator)} and does not import the operator set ${shown(domain)}`, { name: operator });
  }
}
