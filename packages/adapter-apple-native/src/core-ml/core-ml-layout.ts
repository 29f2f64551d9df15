import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { baseName, folderOf } from "../file-names.ts";

/** The file that tells where a model lies, by format. */
const anchors: Readonly<Record<string, RegExp>> = {
  mlpackage: /(?:^|\/)Manifest\.json$/,
  mlmodelc: /(?:^|\/)coremldata\.bin$/,
  mlmodel: /\.mlmodel$/,
};

/**
 * A Core ML model as its framework opens it: `model.mlpackage`, `model.mlmodelc` or `model.mlmodel`, and beside it, by their own names, the
 * documents that say how it is used. In the store files are named by their digests.
 * @throws TenfoldError `invalid-format` where there is no model.
 */
export function coreMlLayout({ id, variant, files }: Pick<InstalledModel, "id" | "variant" | "files">): Map<string, InstalledFile> {
  const anchor = anchors[variant.format];
  // A compiled pipeline has such files inside, too: the outermost is the model's.
  const [found] = files.filter(({ path }) => anchor?.test(path)).sort((one, other) => one.path.length - other.path.length);
  if (!found) throw new TenfoldError("invalid-format", `${id} has no Core ML model among its files.`);
  const name = `model.${variant.format}`;
  const layout = new Map<string, InstalledFile>();
  if (variant.format === "mlmodel") {
    layout.set(name, found);
    // A network of the older kind may keep its weights beside it.
    for (const file of files) if (file !== found && file.path.startsWith(folderOf(found.path))) layout.set(file.path.slice(folderOf(found.path).length), file);
    return layout;
  }
  const folder = folderOf(found.path);
  for (const file of files) {
    const isInside = folder === "" ? !isDocument(file) || file === found : file.path.startsWith(folder);
    layout.set(isInside ? `${name}/${file.path.slice(folder.length)}` : baseName(file.path), file);
  }
  return layout;
}

/** Where a model's own files are at the top, its tokenizer lies among them. */
const isDocument = ({ path }: InstalledFile) => !path.includes("/") && /\.(?:json|jinja|txt|model|md)$/.test(path);
