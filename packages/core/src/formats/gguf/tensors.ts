import type { Cursor } from "./cursor.ts";
import type { GgufTensor } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import type { GgufLimits } from "./limits.ts";
import { readName } from "./metadata.ts";
import { removedTensorTypes, type TensorType, tensorTypes } from "./tensor-types.ts";

const mostDimensions = 4;

/** The list of tensors: names, shapes, types, offsets. Where they lie in the file is for validation to judge. */
export async function readTensors(cursor: Cursor, { version, count, limits }: { version: number; count: number; limits: GgufLimits }): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const name = await readName(cursor, version, `the name of tensor ${index + 1} of ${count}`, limits.tensorNameBytes);
    if (names.has(name)) throw invalidGguf(`the tensor ${shown(name)} occurs twice`, { byte: cursor.position, tensor: name });
    names.add(name);
    tensors.push(await readTensor(cursor, version, name));
  }
  return tensors;
}

async function readTensor(cursor: Cursor, version: number, name: string): Promise<GgufTensor> {
  const what = `the description of tensor ${shown(name)}`;
  await cursor.ensure(4, what);
  const dimensions = cursor.uint32();
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw invalidGguf(`the tensor ${shown(name)} has ${dimensions} dimensions, expected 1 to ${mostDimensions}`, { byte: cursor.position - 4, tensor: name });
  }
  await cursor.ensure(dimensions * (version === 1 ? 4 : 8) + 12, what);
  const shape = Array.from({ length: dimensions }, () => (version === 1 ? cursor.uint32() : cursor.length64()));
  const type = tensorType(cursor.uint32(), name, cursor.position - 4);
  const offset = cursor.length64();
  if (offset > Number.MAX_SAFE_INTEGER) throw invalidGguf(`the tensor ${shown(name)} claims the offset ${offset}`, { byte: cursor.position - 8, tensor: name });
  return { name, shape, type: type.name, offset, ...measure(name, shape, type, cursor.position) };
}

function tensorType(id: number, tensor: string, byte: number): TensorType {
  const type = tensorTypes.get(id);
  if (type) return type;
  const removed = removedTensorTypes.get(id);
  if (removed) {
    throw invalidGguf(
      `the tensor ${shown(tensor)} is of the type ${removed}, which llama.cpp has removed`,
      { byte, tensor },
      "Take a newer file of this model, for example in Q4_0.",
    );
  }
  throw invalidGguf(`the tensor ${shown(tensor)} is of the unknown type ${id}`, { byte, tensor });
}

function measure(tensor: string, shape: readonly number[], type: TensorType, byte: number): { elements: number; sizeBytes: number } {
  const size = shape.join(" × ");
  if (shape.some((length) => length === 0)) throw invalidGguf(`the tensor ${shown(tensor)} has an empty dimension (${size})`, { byte, tensor });
  const elements = shape.reduce((product, length) => product * length, 1);
  // One block is at most 292 bytes, so this keeps the size in bytes exact too.
  if (elements > Number.MAX_SAFE_INTEGER / 292) throw invalidGguf(`the tensor ${shown(tensor)} is too large (${size})`, { byte, tensor });
  if ((shape[0] ?? 0) % type.blockElements !== 0) {
    throw invalidGguf(
      `the rows of ${shown(tensor)} have ${shape[0]} elements, which is no multiple of the ${type.blockElements} that ${type.name} encodes together`,
      { byte, tensor },
    );
  }
  return { elements, sizeBytes: (elements / type.blockElements) * type.blockBytes };
}
