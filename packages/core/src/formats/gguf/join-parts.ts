import type { ByteSource } from "./byte-source.ts";
import type { Gguf, GgufTensor } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import { validateLayout } from "./validate-layout.ts";

/** One file of a model that is split into several. */
export interface Part {
  gguf: Gguf;
  source: ByteSource;
  path: string;
}

/** Which part of how many a file says it is; one of one when it says nothing. */
export function splitOf(gguf: Gguf): { number: number; count: number } {
  return { number: gguf.number("split.no") ?? 0, count: gguf.number("split.count") ?? 1 };
}

/**
 * The header of the whole model: what the first part says, and the tensors of all. Checks that the parts are all there, in order, under
 * the names that loaders look for, and hold together as many tensors as the first says.
 */
export function joinParts(parts: readonly Part[]): Gguf {
  const [first] = parts;
  if (!first) throw invalidGguf("there are no parts");
  let prefix: string | undefined;
  const names = new Set<string>();
  const tensors: GgufTensor[] = [];
  for (const [index, { gguf, path }] of parts.entries()) {
    const { number, count } = splitOf(gguf);
    const place = `${String(index + 1).padStart(5, "0")}-of-${String(parts.length).padStart(5, "0")}.gguf`;
    if (count !== parts.length) throw invalidGguf(`${shown(path)} says that there are ${count} parts, and there are ${parts.length}`, { key: "split.count" });
    prefix ??= path.slice(0, -place.length);
    if (number !== index || path !== prefix + place || !prefix.endsWith("-")) {
      const expected = prefix.endsWith("-") ? `called ${shown(prefix + place)}` : `that ends in -${place}`;
      throw invalidGguf(`${shown(path)} is the part ${number + 1} of ${count}, expected the part ${index + 1} in a file ${expected}`, {
        key: "split.no",
      });
    }
    // The first may hold the description alone.
    if (index > 0 || gguf.tensors.length > 0) validateLayout(gguf);
    for (const tensor of gguf.tensors) {
      if (names.has(tensor.name)) throw invalidGguf(`the tensor ${shown(tensor.name)} lies in two parts`, { tensor: tensor.name });
      names.add(tensor.name);
      tensors.push(tensor);
    }
  }
  const stated = first.gguf.number("split.tensors.count");
  if (stated !== tensors.length) throw invalidGguf(`the parts hold ${tensors.length} tensors, and the first says ${stated}`, { key: "split.tensors.count" });
  return { ...first.gguf, tensors };
}
