import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { isObject, parseJsonObject } from "../json-text.ts";
import type { NamedTensor } from "../named-tensor.ts";
import { dtypeBits } from "./dtypes.ts";

export const refuse = createRefusal("safetensors");

/** Several times what the largest published files use; the format's own bound is 100 MB. */
const mostHeaderBytes = 32 * 1024 * 1024;
const mostTensors = 262_144;
const mostDimensions = 16;

export interface Tensor extends NamedTensor {
  start: number;
}

/**
 * Reads the header of one file and checks that its tensors fill the rest of the file, each byte once.
 * @throws TenfoldError `invalid-format`.
 */
export async function readHeader(file: ModelFile): Promise<Tensor[]> {
  const where = { file: file.path };
  const head = await file.read({ start: 0, end: 8 });
  if (head.length < 8) throw refuse(`the file is truncated: it has ${head.length} bytes and begins with a length of 8`, where);
  const view = new DataView(head.buffer, head.byteOffset, 8);
  const headerBytes = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (headerBytes > mostHeaderBytes) throw refuse(`its header claims ${headerBytes} bytes; ${mostHeaderBytes} is the most`, { ...where, byte: 0 });
  const dataStart = 8 + headerBytes;
  if (dataStart > file.sizeBytes) throw refuse(`the file is truncated: it has ${file.sizeBytes} bytes and its header ends at ${dataStart}`, where);
  const header = parseJsonObject(await file.read({ start: 8, end: dataStart }), refuse, file.path);
  const tensors = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => readTensor(name, value, file.path));
  if (tensors.length === 0) throw refuse("it has no tensors, so there is no model in it", where);
  if (tensors.length > mostTensors) throw refuse(`it has ${tensors.length} tensors; ${mostTensors} is the most`, where);
  checkLayout(tensors, file, dataStart);
  return tensors;
}

function readTensor(name: string, value: unknown, file: string): Tensor {
  const where = { file, name };
  const wrong = (what: string) => refuse(`the tensor ${shown(name)} ${what}`, where);
  if (!isObject(value)) throw wrong("is not described by an object");
  const { dtype, shape, data_offsets: offsets } = value;
  const bits = typeof dtype === "string" ? dtypeBits.get(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined) throw wrong(`is of the unknown type ${shown(String(dtype))}`);
  if (!isCounts(shape) || shape.length > mostDimensions) throw wrong(`has no shape of up to ${mostDimensions} whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2) throw wrong("has no pair of data offsets");
  const elements = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = (elements * bits) / 8;
  if (!Number.isSafeInteger(elements) || !Number.isSafeInteger(sizeBytes)) throw wrong(`has a size that cannot be (${shape.join(" × ")} of ${dtype})`);
  const [start = 0, end = 0] = offsets;
  if (end - start !== sizeBytes) throw wrong(`needs ${sizeBytes} bytes (${shape.join(" × ")} of ${dtype}) and is given ${end - start}`);
  return { name, type: dtype, shape, elements, start, sizeBytes };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function checkLayout(tensors: readonly Tensor[], file: ModelFile, dataStart: number): void {
  let end = 0;
  for (const tensor of [...tensors].sort((a, b) => a.start - b.start || a.sizeBytes - b.sizeBytes)) {
    if (tensor.start !== end) {
      const what = tensor.start < end ? "overlaps the one before it" : `leaves ${tensor.start - end} bytes unused before it`;
      throw refuse(`the tensor ${shown(tensor.name)} ${what}`, { file: file.path, byte: dataStart + Math.min(tensor.start, end), name: tensor.name });
    }
    end += tensor.sizeBytes;
  }
  const wanted = dataStart + end;
  if (wanted > file.sizeBytes) {
    throw refuse(
      `the file is truncated: it has ${file.sizeBytes} bytes and should have ${wanted}, so ${wanted - file.sizeBytes} are missing`,
      { file: file.path, byte: file.sizeBytes },
      "Download the file again; it was not received whole.",
    );
  }
  if (wanted < file.sizeBytes) throw refuse(`${file.sizeBytes - wanted} bytes at its end belong to no tensor`, { file: file.path, byte: wanted });
}
