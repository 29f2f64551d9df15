import { folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { shown } from "../invalid-format.ts";
import type { ProtobufWalker, Range } from "../protobuf.ts";
import { elementTypes } from "./element-types.ts";
import type { OnnxTensor } from "./onnx.ts";

const mostDimensions = 32;
/** The typed lists that may hold data instead of raw bytes. */
const typedData: ReadonlySet<number> = new Set([4, 5, 6, 7, 10, 11]);

/** Describes a TensorProto and checks that its data have the size of its shape, here or in another file of the folder. */
export async function readTensor(walker: ProtobufWalker, range: Range, files: readonly ModelFile[]): Promise<OnnxTensor> {
  const shape: number[] = [];
  const external = new Map<string, string>();
  let [name, type, rawBytes, hasTypedData, isExternal] = ["", 0, -1, false, false];
  await walker.walk(range, "a tensor", async (field) => {
    if (field.number === 1) shape.push(...(await walker.integers(field, "a shape", mostDimensions)));
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = await walker.text(field, "the name of a tensor");
    else if (field.number === 9) rawBytes = field.end - field.start;
    else if (typedData.has(field.number)) hasTypedData = true;
    else if (field.number === 14) isExternal = field.value === 1;
    else if (field.number === 13) {
      let [key, value] = ["", ""];
      await walker.walk(field, "where a tensor lies", async (entry) => {
        if (entry.number === 1) key = await walker.text(entry, "a key");
        if (entry.number === 2) value = await walker.text(entry, "a value");
      });
      external.set(key, value);
    }
  });
  const { refuse, path } = walker.reader;
  const wrong = (what: string) => refuse(`the tensor ${shown(name)} ${what}`, { file: path, byte: range.start, name });
  const known = elementTypes.get(type);
  if (!known) throw wrong(`is of the unknown type ${type}`);
  if (shape.length > mostDimensions || shape.some((length) => !Number.isSafeInteger(length) || length < 0)) throw wrong("has an impossible shape");
  const elements = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = Math.ceil((elements * known.bits) / 8);
  if (!Number.isSafeInteger(elements * known.bits)) throw wrong(`has a size that cannot be (${shape.join(" × ")})`);
  const described = { name, type: known.name, shape, elements, sizeBytes };
  if (isExternal) {
    if (known.bits === 0) throw wrong("has texts in another file, which cannot be");
    return { ...described, file: checkExternal(external, sizeBytes, path, files, wrong) };
  }
  if (rawBytes >= 0 && hasTypedData) throw wrong("has its data twice");
  if (rawBytes >= 0 && rawBytes !== sizeBytes) throw wrong(`needs ${sizeBytes} bytes (${shape.join(" × ")} of ${known.name}) and is given ${rawBytes}`);
  if (rawBytes < 0 && !hasTypedData && elements > 0) throw wrong("has no data");
  return described;
}

function checkExternal(
  entries: ReadonlyMap<string, string>,
  sizeBytes: number,
  model: string,
  files: readonly ModelFile[],
  wrong: (what: string) => Error,
): string {
  const location = entries.get("location") ?? "";
  const segments = location.split("/");
  if (location.includes("\\") || segments.some((segment) => segment === "" || segment === "..")) {
    throw wrong(`lies in ${shown(location)}, which is no file of the model's folder`);
  }
  const path = folderOf(model) + segments.filter((segment) => segment !== ".").join("/");
  const file = files.find((candidate) => candidate.path === path);
  if (!file) throw wrong(`lies in ${shown(location)}, which is not there`);
  const offset = numberOf(entries.get("offset") ?? "0");
  const length = numberOf(entries.get("length") ?? String(sizeBytes));
  if (offset === undefined || length === undefined) throw wrong("has an offset or a length that is no whole number");
  if (length !== sizeBytes) throw wrong(`needs ${sizeBytes} bytes and is given ${length} in ${shown(location)}`);
  if (offset + length > file.sizeBytes) throw wrong(`ends at ${offset + length} in ${shown(location)}, which has ${file.sizeBytes} bytes`);
  return path;
}

function numberOf(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}
