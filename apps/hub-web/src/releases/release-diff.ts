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
  const wanted = ids.flatMap((id) => [old.get(id), now.get(id)]).filter((digest) => digest !== undefined);
  const documents = await database.document.findMany({ where: { sha256: { in: wanted } } });
  const manifests = new Map(documents.map(({ sha256, bytes }) => [sha256, parseJson(manifestSchema, new TextDecoder().decode(bytes), `manifest ${sha256}`)]));
  return ids.map((id) => {
    const [was, is] = [manifests.get(old.get(id) ?? ""), manifests.get(now.get(id) ?? "")];
    const name = (is ?? was)?.name ?? id;
    if (was && is) return { modelId: id, name, kind: "changed", fields: diffDocuments(was, is) };
    return { modelId: id, name, kind: is ? "added" : "removed", fields: [] };
  });
}

function digests(contents: ReleaseContents): Map<string, string> {
  return new Map(contents.map(({ modelId, manifestSha256 }) => [modelId, manifestSha256]));
}
