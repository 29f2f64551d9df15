import type { Gguf, GgufTensor } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";

/** Tensor data is aligned, does not overlap, and the file is long enough for it. */
export function validateLayout(gguf: Gguf): void {
  if (gguf.tensors.length === 0) throw invalidGguf("it has no tensors, so there is no model in it");
  const ordered = [...gguf.tensors].sort((a, b) => a.offset - b.offset);
  let previous: GgufTensor | undefined;
  for (const tensor of ordered) {
    const byte = gguf.dataOffset + tensor.offset;
    if (tensor.offset % gguf.alignment !== 0) {
      throw invalidGguf(`the tensor ${shown(tensor.name)} lies at the offset ${tensor.offset}, which is no multiple of the alignment ${gguf.alignment}`, {
        byte,
        tensor: tensor.name,
      });
    }
    if (previous && previous.offset + previous.sizeBytes > tensor.offset) {
      throw invalidGguf(`the tensors ${shown(previous.name)} and ${shown(tensor.name)} overlap`, { byte, tensor: tensor.name });
    }
    previous = tensor;
  }
  const last = previous as GgufTensor;
  const end = gguf.dataOffset + last.offset + last.sizeBytes;
  if (end > gguf.sizeBytes) {
    throw invalidGguf(
      `the file is truncated: it has ${gguf.sizeBytes} bytes and should have ${end}, so ${end - gguf.sizeBytes} are missing`,
      { byte: gguf.sizeBytes, tensor: last.name },
      "Download the file again; it was not received whole.",
    );
  }
}
