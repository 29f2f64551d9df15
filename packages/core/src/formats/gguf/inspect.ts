import { TenfoldError } from "@tenfold/catalog";
import type { DescribedModel, ModelFile } from "../format-handler.ts";
import { describeGguf } from "./describe.ts";
import { joinParts, type Part, splitOf } from "./join-parts.ts";
import { readGguf } from "./reader.ts";
import { validateLayout } from "./validate-layout.ts";

/**
 * Reads the headers of a model, or of a part of one: what it is, and its tensors. Lists of tokens are stepped over and weights are not
 * read, but a file that is too short for its tensors is refused.
 * @throws TenfoldError `invalid-format`, and `invalid-input` for files that are several models.
 */
export async function inspectGguf(files: readonly ModelFile[], signal?: AbortSignal): Promise<DescribedModel> {
  const weights = files.filter(({ path }) => path.toLowerCase().endsWith(".gguf")).sort((left, right) => (left.path < right.path ? -1 : 1));
  const parts: Part[] = [];
  for (const file of weights.length > 0 ? weights : files) parts.push({ gguf: await readGguf(file, signal ? { signal } : {}), source: file, path: file.path });
  const [first] = parts;
  if (!first) throw new TenfoldError("invalid-input", "There is no .gguf file.");
  const { number, count } = splitOf(first.gguf);
  if (parts.length > 1 && count !== parts.length) {
    throw new TenfoldError("invalid-input", `There are ${parts.length} .gguf files, which are not the parts of one model.`, { remedy: "Name one of them." });
  }
  if (parts.length > 1) {
    const gguf = joinParts(parts);
    return { metadata: describeGguf(gguf), tensors: gguf.tensors };
  }
  if (first.gguf.tensors.length > 0) validateLayout(first.gguf);
  const metadata = describeGguf(first.gguf);
  const { parameterCount, ...rest } = metadata;
  return { metadata: count > 1 ? { ...rest, details: { part: number + 1, parts: count } } : metadata, tensors: first.gguf.tensors };
}
