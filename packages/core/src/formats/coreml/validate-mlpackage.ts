import type { ModelMetadata } from "../../contract/installed-model.ts";
import { endsIn, folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { isObject, readJsonFile } from "../json-text.ts";
import { describeMlmodel } from "./validate-mlmodel.ts";

const refuse = createRefusal("Core ML package");

/**
 * Checks an .mlpackage folder: its manifest, that what it lists is there, and the model in it.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateMlpackage(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  const manifests = files.filter((file) => /(?:^|\/)Manifest\.json$/.test(file.path));
  const [manifest] = manifests;
  if (!manifest || manifests.length > 1) throw refuse(`there are ${manifests.length} Manifest.json files, expected one`);
  const where = { file: manifest.path };
  const { rootModelIdentifier: root, itemInfoEntries: entries, fileFormatVersion: version } = await readJsonFile(manifest, refuse);
  if (typeof version !== "string" || !version.startsWith("1.")) throw refuse(`its version is ${shown(String(version))}, expected 1`, where);
  if (typeof root !== "string" || !isObject(entries)) throw refuse("it names no root model or lists no items", where);
  const paths = new Map<string, string>();
  for (const [identifier, entry] of Object.entries(entries)) {
    const path = isObject(entry) ? entry.path : undefined;
    if (typeof path !== "string" || /\\|^\/|(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) throw refuse(`the item ${shown(identifier)} lies at no path inside`, where);
    const whole = `${folderOf(manifest.path)}Data/${path}`;
    if (!files.some((file) => file.path === whole || file.path.startsWith(`${whole}/`))) throw refuse(`the item ${shown(path)} is not there`, where);
    paths.set(identifier, whole);
  }
  const model = files.find((file) => file.path === paths.get(root));
  if (!model || !endsIn(model, ".mlmodel")) throw refuse(`the root model ${shown(root)} is no .mlmodel file that is listed`, where);
  return { format: "mlpackage", ...(await describeMlmodel(model, files, refuse, signal)) };
}
