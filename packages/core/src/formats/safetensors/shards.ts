import { beside, endsIn, folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { shown } from "../invalid-format.ts";
import { isObject, readJsonFile } from "../json-text.ts";
import { refuse, type Tensor } from "./header.ts";

const shardName = /-(\d{5})-of-(\d{5})\.safetensors$/;

/** Checks that a model's files are all there and agree with its index, and returns the tensors of the model itself. */
export async function joinShards(files: readonly ModelFile[], tensors: ReadonlyMap<string, readonly Tensor[]>): Promise<Tensor[]> {
  const index = files.find((file) => endsIn(file, ".safetensors.index.json"));
  const parts = index ? await indexedParts(index, files, tensors) : unindexedParts([...tensors.keys()]);
  const names = new Set<string>();
  const all = parts.flatMap((path) => tensors.get(path) ?? []);
  for (const { name } of all) {
    if (names.has(name)) throw refuse(`the tensor ${shown(name)} lies in two files`, { name });
    names.add(name);
  }
  return all;
}

async function indexedParts(index: ModelFile, files: readonly ModelFile[], tensors: ReadonlyMap<string, readonly Tensor[]>): Promise<string[]> {
  const where = { file: index.path };
  const map = (await readJsonFile(index, refuse)).weight_map;
  if (!isObject(map)) throw refuse("it has no weight_map", where);
  const listed = new Map<string, Set<string>>();
  for (const [name, part] of Object.entries(map)) {
    if (typeof part !== "string" || part.includes("/") || part.includes("\\")) throw refuse(`the tensor ${shown(name)} lies in no file of this folder`, where);
    const path = beside(files, index.path, part)?.path;
    if (!path || !tensors.has(path)) throw refuse(`the file ${shown(part)}, which holds ${shown(name)}, is not there`, where);
    listed.set(path, (listed.get(path) ?? new Set()).add(name));
  }
  if (listed.size === 0) throw refuse("its weight_map is empty", where);
  for (const [path, names] of listed) {
    const held = new Set(tensors.get(path)?.map((tensor) => tensor.name));
    for (const name of names) if (!held.has(name)) throw refuse(`the tensor ${shown(name)} is not in ${path}`, { ...where, name });
    for (const name of held) if (!names.has(name)) throw refuse(`the tensor ${shown(name)} of ${path} is not listed`, { ...where, name });
  }
  return [...listed.keys()];
}

function unindexedParts(paths: readonly string[]): string[] {
  const sharded = paths.find((path) => shardName.test(path));
  if (!sharded) {
    // Adapters and other weights may lie beside a model's own.
    const own = paths.filter((path) => /^model[^/]*$/.test(path.slice(folderOf(path).length)));
    return own.length > 0 ? own : paths.slice();
  }
  const [, , total = ""] = shardName.exec(sharded) ?? [];
  const stem = sharded.replace(shardName, "");
  const shards = Array.from({ length: Math.min(Number(total), 10_000) }, (_, number) => {
    const path = `${stem}-${String(number + 1).padStart(5, "0")}-of-${total}.safetensors`;
    if (!paths.includes(path)) throw refuse(`the part ${path} of ${Number(total)} is not there`, { file: path });
    return path;
  });
  if (shards.length === 0) throw refuse("it is a part of none", { file: sharded });
  return shards;
}
