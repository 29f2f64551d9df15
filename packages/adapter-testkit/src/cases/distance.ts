import { assert, equal } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsReference } from "../conformance-case.ts";
import { referencePrompts, requestOf } from "../prompts.ts";
import { meaningOf } from "../reference.ts";

/** Candidates that are compared. */
const likeliest = 20;
/** As the model is: nothing is cut off and nothing sharpened. */
const untouched = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

export const distanceCases: readonly ConformanceCase[] = [
  {
    id: "reference-distance",
    title: "log-probabilities are near the reference's, which is in 32-bit floats",
    needs: (capabilities, setup) =>
      needsReference("sum")(capabilities, setup) ?? (capabilities.logProbabilities ? undefined : "the model does not report log-probabilities"),
    async run(kit) {
      const model = await kit.shared();
      const words: number[] = [];
      let largestDifference: number | undefined;
      for (const prompt of referencePrompts(kit, "greeting", "sum", "capital", "colour", "memory")) {
        const { text, logProbabilities } = await collect(model.generate({ ...requestOf(prompt), logProbabilities: 1 }));
        equal(text, meaningOf(prompt.outputText).text, `the text of ${prompt.id}`);
        words.push(...logProbabilities.map(({ logProbability }) => logProbability));
        if (prompt.lastPromptLogitsBase64 === undefined) continue;
        const expected = likeliestOf(prompt.lastPromptLogitsBase64);
        const first = await collect(model.generate({ ...requestOf(prompt), sampling: untouched, seed: 1, maxTokens: 1, logProbabilities: likeliest }));
        const found = first.logProbabilities[0]?.top.map(({ logProbability }) => logProbability) ?? [];
        equal(found.length, likeliest, `the number of candidates after ${prompt.id}`);
        largestDifference = Math.max(largestDifference ?? 0, ...found.map((value, rank) => Math.abs(value - (expected[rank] ?? Number.NaN))));
      }
      const perplexity = Math.exp(-words.reduce((sum, value) => sum + value, 0) / words.length);
      assert(perplexity > 0.999999 && perplexity < 2, `the reference's answers have a perplexity of ${perplexity}, expected one between 1 and 2`);
      assert(largestDifference === undefined || largestDifference < 2, `a log-probability is ${largestDifference} from the reference's`);
      return { perplexity, ...(largestDifference === undefined ? {} : { largestDifference }) };
    },
  },
];

/** Log-probabilities of the likeliest tokens, likeliest first. */
function likeliestOf(base64: string): number[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const logits = Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true)).sort((one, other) => other - one);
  const most = logits[0] ?? 0;
  const total = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return logits.slice(0, likeliest).map((logit) => logit - total);
}
