import { folderOf } from "../formats/folder.ts";
import { companionsOf, nameOf } from "./companions.ts";
import type { Group } from "./group-variants.ts";
import type { RepositoryFile } from "./repository.ts";

const shard = /^model(?:-\d{5}-of-\d{5})?\.safetensors$/;

/** One variant for each folder with weights and a configuration. `weights` of other names, adapters for one, are left out. */
export function safetensorsGroups(files: readonly RepositoryFile[]): Group[] {
  const folders = new Set(files.filter(({ path }) => shard.test(nameOf(path))).map(({ path }) => folderOf(path)));
  return [...folders]
    .filter((folder) => files.some(({ path }) => path === `${folder}config.json`))
    .map((folder) => {
      const own = files.filter(({ path }) => folderOf(path) === folder && (shard.test(nameOf(path)) || nameOf(path) === "model.safetensors.index.json"));
      // The index names parts; beside a file that is whole it would name what is not there.
      const isSharded = own.some(({ path }) => /-of-/.test(path));
      const weights = own.filter(({ path }) => (isSharded ? !path.endsWith("/model.safetensors") && path !== "model.safetensors" : !path.endsWith(".json")));
      return { format: "safetensors", name: folder.replace(/\/$/, ""), stem: folder, files: [...weights, ...companionsOf(files, folder)] };
    });
}

/** Formats whose models are folders of their own name, "X.mlpackage". */
export function packageGroups(files: readonly RepositoryFile[]): Group[] {
  const groups = new Map<string, { format: string; files: RepositoryFile[] }>();
  for (const file of files) {
    const [, root, format] = /^(.*?\.(mlpackage|mlmodelc))\//.exec(file.path) ?? [];
    if (root === undefined || format === undefined) continue;
    const group = groups.get(root) ?? { format, files: [] };
    group.files.push(file);
    groups.set(root, group);
  }
  return [...groups].map(([root, group]) => ({
    format: group.format,
    name: nameOf(root).replace(/\.\w+$/, ""),
    stem: root,
    // A compiled model must hold nothing else; a framework finds the tokenizer beside a package.
    files: group.format === "mlmodelc" ? group.files : [...group.files, ...companionsOf(files, folderOf(root))],
  }));
}

/** Folders that MLC compiled. */
export function mlcGroups(files: readonly RepositoryFile[]): Group[] {
  return files
    .filter(({ path }) => nameOf(path) === "mlc-chat-config.json")
    .map(({ path }) => {
      const folder = folderOf(path);
      const own = files.filter((file) => folderOf(file.path) === folder && /\.(?:json|bin|model|txt)$/.test(file.path));
      return { format: "mlc", name: folder.replace(/\/$/, ""), stem: folder, files: own };
    });
}

/** Formats of which one file is a model. */
const single: ReadonlyMap<string, { companions: boolean }> = new Map([
  ["litertlm", { companions: false }],
  ["task", { companions: false }],
  ["tflite", { companions: true }],
  ["pte", { companions: true }],
  ["ort", { companions: true }],
  ["pllm", { companions: false }],
]);

export function fileGroups(files: readonly RepositoryFile[]): Group[] {
  return files.flatMap((file) => {
    const format = nameOf(file.path).split(".").at(-1) ?? "";
    const kind = single.get(format);
    if (!kind || !file.path.includes(".")) return [];
    const stem = file.path.slice(0, -format.length - 1);
    return [{ format, name: nameOf(stem), stem, files: [file, ...(kind.companions ? companionsOf(files, folderOf(file.path)) : [])] }];
  });
}
