import { joinBytes } from "@tenfold/catalog";
import { bytesField, floatField, integerField, type Message, messageField, textField } from "./protobuf-writer.ts";

/** Numbers of TensorProto.DataType in onnx.proto. */
export const elementTypes = { F32: 1, U8: 2, I32: 6, I64: 7, F16: 10, BF16: 16 } as const;
export type ElementType = keyof typeof elementTypes;

const irVersion = 10;
const opset = 21;
export const contrib = "com.microsoft";

export interface NodeOptions {
  domain?: string;
  attributes?: Readonly<Record<string, { int: number } | { float: number }>>;
  /** Default: one, named after the node. Empty names are outputs that are left out. */
  outputs?: readonly string[];
}

/** An ONNX graph while it is made. Weights lie in another file. */
export interface Graph {
  /** Adds a node and returns the name of its first output. */
  node(type: string, name: string, inputs: readonly string[], options?: NodeOptions): string;
  /** A small constant within the graph. The same name is the same constant. */
  integers(name: string, values: readonly (number | bigint)[], shape?: readonly number[]): string;
  /** A tensor whose bytes lie at `offset` of the data file. */
  stored(name: string, type: ElementType, shape: readonly number[], place: { offset: number; sizeBytes: number }): string;
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  output(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  /** The whole ModelProto, without weights. */
  encode(): Uint8Array;
}

/** Field numbers: onnx.proto. @param dataFile where stored tensors lie, beside the model. */
export function createGraph(dataFile: string): Graph {
  const nodes: Uint8Array[] = [];
  const initializers: Uint8Array[] = [];
  const inputs: Uint8Array[] = [];
  const outputs: Uint8Array[] = [];
  const names = new Set<string>();
  const isNew = (name: string) => !names.has(name) && names.add(name);

  function addTensor(name: string, type: ElementType, shape: readonly number[], content: Message): string {
    if (isNew(name))
      initializers.push(
        messageField(5, [...shape.map((length) => integerField(1, length)), integerField(2, elementTypes[type]), textField(8, name), ...content]),
      );
    return name;
  }

  return {
    node(type, name, from, { domain, attributes = {}, outputs: to = [name] } = {}) {
      nodes.push(
        messageField(1, [
          ...from.map((input) => textField(1, input)),
          ...to.map((output) => textField(2, output)),
          textField(3, name),
          textField(4, type),
          ...Object.entries(attributes).map(([key, value]) => messageField(5, attribute(key, value))),
          ...(domain === undefined ? [] : [textField(7, domain)]),
        ]),
      );
      return to[0] as string;
    },
    integers: (name, values, shape = [values.length]) =>
      addTensor(name, "I64", shape, [bytesField(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer))]),
    stored: (name, type, shape, { offset, sizeBytes }) =>
      addTensor(name, type, shape, [
        ...Object.entries({ location: dataFile, offset, length: sizeBytes }).map(([key, value]) =>
          messageField(13, [textField(1, key), textField(2, String(value))]),
        ),
        integerField(14, 1),
      ]),
    input(name, type, shape) {
      inputs.push(messageField(11, valueInfo(name, type, shape)));
      return name;
    },
    output(name, type, shape) {
      outputs.push(messageField(12, valueInfo(name, type, shape)));
      return name;
    },
    encode: () =>
      joinBytes([
        integerField(1, irVersion),
        textField(2, "tenfold"),
        messageField(7, [...nodes, textField(2, "model"), ...initializers, ...inputs, ...outputs]),
        messageField(8, [textField(1, ""), integerField(2, opset)]),
        messageField(8, [textField(1, contrib), integerField(2, 1)]),
      ]),
  };
}

function attribute(name: string, value: { int: number } | { float: number }): Message {
  return "int" in value
    ? [textField(1, name), integerField(3, value.int), integerField(20, 2)]
    : [textField(1, name), floatField(2, value.float), integerField(20, 1)];
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): Message {
  const dimensions = shape.map((length) => messageField(1, [typeof length === "number" ? integerField(1, length) : textField(2, length)]));
  return [textField(1, name), messageField(2, [messageField(1, [integerField(1, elementTypes[type]), messageField(2, dimensions)])])];
}
