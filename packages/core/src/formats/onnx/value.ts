import type { ProtobufWalker, Range } from "../protobuf.ts";
import { elementTypes } from "./element-types.ts";
import type { OnnxValue } from "./onnx.ts";

const mostDimensions = 32;

/** Reads a ValueInfoProto. What is no tensor has a name only. */
export async function readValue(walker: ProtobufWalker, range: Range): Promise<OnnxValue> {
  let value: OnnxValue = { name: "" };
  await walker.walk(range, "an input or output", async (field) => {
    if (field.number === 1) value = { ...value, name: await walker.text(field, "the name of an input or output") };
    if (field.number !== 2) return;
    await walker.walk(field, "a type", async (kind) => {
      if (kind.number === 1) value = { ...value, ...(await readTensorType(walker, kind)) };
    });
  });
  return value;
}

async function readTensorType(walker: ProtobufWalker, range: Range): Promise<Pick<OnnxValue, "type" | "shape">> {
  const { refuse, path } = walker.reader;
  let type: string | undefined;
  let shape: (number | string)[] | undefined;
  await walker.walk(range, "a tensor's type", async (field) => {
    if (field.number === 1) {
      type = elementTypes.get(field.value)?.name;
      if (!type) throw refuse(`an input or output is of the unknown type ${field.value}`, { file: path, byte: field.start });
    }
    if (field.number !== 2) return;
    shape = [];
    await walker.walk(field, "a shape", async (dimension) => {
      if (dimension.number !== 1) return;
      shape?.push(await readDimension(walker, dimension));
      if ((shape?.length ?? 0) > mostDimensions) throw refuse(`a shape has more than ${mostDimensions} dimensions`, { file: path, byte: dimension.start });
    });
  });
  return { ...(type ? { type } : {}), ...(shape ? { shape } : {}) };
}

async function readDimension(walker: ProtobufWalker, range: Range): Promise<number | string> {
  const { refuse, path } = walker.reader;
  let length: number | string = "";
  await walker.walk(range, "a dimension", async (field) => {
    if (field.number === 1) length = field.value;
    if (field.number === 2) length = await walker.text(field, "the name of a dimension");
  });
  if (typeof length === "number" && (length < 0 || !Number.isSafeInteger(length))) throw refuse(`a dimension is ${length}`, { file: path, byte: range.start });
  return length;
}
