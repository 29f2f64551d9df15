import { TenfoldError } from "@tenfold/catalog";
import type { ServedModels } from "./served-models.ts";

/** Embeds what a request holds. @throws TenfoldError `unsupported-request` when the model cannot, and what {@link ServedModels.visit} throws. */
export async function embedTexts(
  models: ServedModels,
  { model: name, input }: { model: string; input: string | string[] },
  signal: AbortSignal,
): Promise<{ vectors: Float32Array[]; tokens: number }> {
  const texts = typeof input === "string" ? [input] : input;
  const visit = await models.visit(name, signal);
  try {
    const { model } = visit;
    if (!model.embed) throw new TenfoldError("unsupported-request", `${name} does not embed texts.`);
    const vectors = await model.embed(texts, { signal: visit.signal });
    const counts = await Promise.all(texts.map((text) => model.countTokens(text)));
    return { vectors, tokens: counts.reduce((sum, { tokens }) => sum + tokens, 0) };
  } finally {
    visit.leave();
  }
}
