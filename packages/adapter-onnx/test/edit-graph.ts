import { joinBytes } from "@tenfold/catalog";
import { bytesField, integerField, type Message, messageField, textField } from "../../convert/src/onnx/protobuf-writer.ts";

/** A field of a protobuf message: a number, or bytes that may be a message. */
interface Field {
  number: number;
  value: bigint | Uint8Array;
}

/** An ONNX graph taken apart (field numbers: onnx.proto), to make other layouts of the same model. */
export interface EditableGraph {
  /** Nodes as they are encoded. */
  nodes: Uint8Array[];
  inputs: Value[];
  outputs: Value[];
  /** Initializers and all else. */
  rest: Uint8Array[];
}

export interface Value {
  name: string;
  type: number;
  /** Lengths, or names of lengths. */
  shape: (number | string)[];
}

export const [float32, float16, bool] = [1, 10, 9];
const decoder = new TextDecoder();

/** Takes a model apart, and puts it together with another graph. */
export function editModel(model: Uint8Array, edit: (graph: EditableGraph) => EditableGraph): Uint8Array {
  return joinBytes(
    read(model).map((field) => {
      if (field.number !== 7) return write(field);
      const fields = read(field.value as Uint8Array);
      const of = (number: number) => fields.filter((one) => one.number === number).map(({ value }) => value as Uint8Array);
      const graph = edit({
        nodes: of(1),
        inputs: of(11).map(readValue),
        outputs: of(12).map(readValue),
        rest: fields.filter(({ number }) => ![1, 11, 12, 13].includes(number)).map(write),
      });
      return messageField(7, encodeGraph(graph));
    }),
  );
}

const encodeGraph = ({ nodes, inputs, outputs, rest }: EditableGraph): Message => [
  ...nodes.map((node) => bytesField(1, node)),
  ...rest,
  ...inputs.map((value) => writeValue(11, value)),
  ...outputs.map((value) => writeValue(12, value)),
];

/** Other names for what nodes take and give. */
export const renamed = (node: Uint8Array, names: (name: string) => string): Uint8Array =>
  joinBytes(read(node).map((field) => (field.number <= 2 ? textField(field.number, names(decoder.decode(field.value as Uint8Array))) : write(field))));

export const outputNames = (node: Uint8Array): string[] =>
  read(node)
    .filter(({ number }) => number === 2)
    .map(({ value }) => decoder.decode(value as Uint8Array));

export const cast = (from: string, into: string, type: number): Uint8Array =>
  joinBytes([textField(1, from), textField(2, into), textField(4, "Cast"), messageField(5, [textField(1, "to"), integerField(3, type), integerField(20, 2)])]);

/** One of two graphs, which see everything around them. */
export const either = (condition: string, branches: Record<"then_branch" | "else_branch", EditableGraph>, outputs: readonly string[]): Uint8Array =>
  joinBytes([
    textField(1, condition),
    ...outputs.map((name) => textField(2, name)),
    textField(4, "If"),
    ...Object.entries(branches).map(([name, graph]) =>
      messageField(5, [textField(1, name), messageField(6, [...encodeGraph(graph), textField(2, name)]), integerField(20, 5)]),
    ),
  ]);

/** An initializer of no elements. */
export const nothing = (name: string, shape: readonly number[]): Uint8Array =>
  messageField(5, [...shape.map((length) => integerField(1, length)), integerField(2, float32), textField(8, name), bytesField(9, new Uint8Array(0))]);

function read(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    if (key % 8 === 0) {
      fields.push({ number: key >> 3, value: varint() });
      continue;
    }
    const length = key % 8 === 2 ? Number(varint()) : 4;
    // A 32-bit number stays as it is: nothing here changes one.
    fields.push({ number: key % 8 === 2 ? key >> 3 : -(key >> 3), value: bytes.slice(at, at + length) });
    at += length;
  }
  return fields;
}

function write({ number, value }: Field): Uint8Array {
  if (typeof value === "bigint") return integerField(number, value);
  return number > 0 ? bytesField(number, value) : joinBytes([Uint8Array.of(-number * 8 + 5), value]);
}

const inside = (bytes: Uint8Array, number: number) => read(bytes).find((field) => field.number === number)?.value as Uint8Array;

function readValue(bytes: Uint8Array): Value {
  const tensor = inside(inside(bytes, 2), 1);
  return {
    name: decoder.decode(inside(bytes, 1)),
    type: Number(inside(tensor, 1)),
    shape: read(inside(tensor, 2)).map(({ value }) => {
      const [length] = read(value as Uint8Array);
      return typeof length?.value === "bigint" ? Number(length.value) : decoder.decode(length?.value);
    }),
  };
}

function writeValue(number: number, { name, type, shape }: Value): Uint8Array {
  const dimensions = shape.map((length) => messageField(1, [typeof length === "number" ? integerField(1, length) : textField(2, length)]));
  return messageField(number, [textField(1, name), messageField(2, [messageField(1, [integerField(1, type), messageField(2, dimensions)])])]);
}
