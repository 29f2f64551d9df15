import { expect, test } from "vitest";
import { diffDocuments } from "./diff-documents.ts";
import { mergeDocuments } from "./merge-documents.ts";

const base = {
  name: "Model",
  licence: { id: "mit", gated: false },
  variants: [
    { id: "a", format: "gguf", artifacts: [{ path: "a.gguf", sources: [{ kind: "hub" }] }] },
    { id: "b", format: "onnx", artifacts: [] },
  ],
};
const edited = (change: (copy: typeof base) => void) => {
  const copy = structuredClone(base);
  change(copy);
  return copy;
};
const renamed = (name: string) => ({ ...structuredClone(base), name });

test("a difference names its field, and what was added, removed or put elsewhere", () => {
  const after = edited((copy) => {
    copy.name = "Other";
    copy.variants.reverse();
    copy.variants.push({ id: "c", format: "mlx", artifacts: [] });
    (copy.licence as Record<string, unknown>).url = "https://example.org";
  });
  expect(diffDocuments(base, after)).toEqual([
    { path: "name", before: "Model", after: "Other" },
    { path: "licence.url", after: "https://example.org" },
    { path: "variants[c]", after: { id: "c", format: "mlx", artifacts: [] } },
    { path: "variants (order)", before: ["a", "b"], after: ["b", "a"] },
  ]);
  expect(diffDocuments(after, after)).toEqual([]);
  expect(
    diffDocuments(
      base,
      edited((copy) => void copy.variants.shift()),
    ),
  ).toEqual([{ path: "variants[a]", before: base.variants[0] }]);
});

test("edits of different fields are put together", () => {
  const theirs = edited((copy) => {
    copy.name = "Theirs";
    copy.variants.push({ id: "c", format: "mlx", artifacts: [] });
  });
  const mine = edited((copy) => {
    copy.licence.id = "apache-2.0";
    copy.variants[0] = { ...base.variants[0], format: "ggml" } as (typeof base.variants)[0];
    copy.variants.splice(1, 1);
  });
  const { merged, conflicts } = mergeDocuments(base, theirs, mine);
  expect(conflicts).toEqual([]);
  expect(merged).toMatchObject({ name: "Theirs", licence: { id: "apache-2.0" }, variants: [{ id: "a", format: "ggml" }, { id: "c" }] });
});

test("of a field that both changed both values are told, and one is chosen", () => {
  const [theirs, mine] = [renamed("Theirs"), renamed("Mine")];
  expect(mergeDocuments(base, theirs, mine)).toMatchObject({
    merged: { name: "Theirs" },
    conflicts: [{ path: "name", base: "Model", theirs: "Theirs", mine: "Mine" }],
  });
  expect(mergeDocuments(base, theirs, mine, { name: "mine" }).merged).toMatchObject({ name: "Mine" });
});

test("what one removed and the other changed is a conflict, not a loss", () => {
  const theirs = edited((copy) => void copy.variants.shift());
  const mine = edited((copy) => void copy.variants.splice(0, 1, { ...base.variants[0], format: "ggml" } as (typeof base.variants)[0]));
  const { merged, conflicts } = mergeDocuments(base, theirs, mine);
  expect(conflicts).toMatchObject([{ path: "variants[a]", base: { format: "gguf" }, mine: { format: "ggml" } }]);
  expect(merged).toMatchObject({ variants: [{ id: "b" }] });
  expect(mergeDocuments(base, theirs, mine, { "variants[a]": "mine" }).merged).toMatchObject({ variants: [{ id: "a", format: "ggml" }, { id: "b" }] });
});
