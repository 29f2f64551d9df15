import { manifestSchema, parseJson } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { diffDocuments } from "../diff/diff-documents.ts";
import type { FieldChange } from "../diff/field-change.ts";
import type { ReleaseContents } from "../publishing/release-contents.ts";

export interface ModelChange {
  readonly modelId: string;
  readonly name: string;
  readonly kind: "added" | "changed" | "removed";
  /** Of a changed model: each field that differs. */
  readonly fields: readonly FieldChange[];
}

/** What one release's contents change of another's, model by model and field by field. Opens the documents of changed models only. */
export async function releaseDiff(database: Transaction, before: ReleaseContents, after: ReleaseContents): Promise<ModelChange[]> {
  const [old, now] = [digests(before), digests(after)];
  const ids = [...new Set([...old.keys(), ...now.keys()])].filter((id) => old.get(id) !== now.get(id)).sort();
  const inBoth = ids.filter((id) => old.has(id) && now.has(id));
  const [rows, documents] = await Promise.all([
    database.manifest.findMany({ where: { sha256: { in: ids.map((id) => now.get(id) ?? old.get(id) ?? "") } }, select: { modelId: true, name: true } }),
    database.document.findMany({ where: { sha256: { in: inBoth.flatMap((id) => [old.get(id) ?? "", now.get(id) ?? ""]) } } }),
  ]);
  const names = new Map(rows.map(({ modelId, name }) => [modelId, name]));
  const manifests = new Map(documents.map(({ sha256, bytes }) => [sha256, parseJson(manifestSchema, new TextDecoder().decode(bytes), `manifest ${sha256}`)]));
  return ids.map((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    const about = { modelId: id, name: names.get(id) ?? id };
    if (was === undefined || is === undefined) return { ...about, kind: is === undefined ? "removed" : "added", fields: [] };
    return { ...about, kind: "changed", fields: diffDocuments(manifests.get(was), manifests.get(is)) };
  });
}

function digests(contents: ReleaseContents): Map<string, string> {
  return new Map(contents.map(({ modelId, manifestSha256 }) => [modelId, manifestSha256]));
}
