import type { Constraint } from "../src/constraint/constraint.ts";
import type { RandomNumbers } from "../src/loop/sampling/random-numbers.ts";
import type { createPieceVocabulary } from "./piece-vocabulary.ts";

/** What ends something is chosen more often, so that answers come to an end. */
const closing = /^["\]}]/;

/**
 * A text that a constraint allows, of random tokens. @returns undefined when it did not end within `mostTokens`.
 */
export function randomAnswer(
  constraint: Constraint,
  vocabulary: ReturnType<typeof createPieceVocabulary>,
  random: RandomNumbers,
  mostTokens = 600,
): string | undefined {
  const matcher = constraint.start();
  const tokens: number[] = [];
  const eager = Array.from({ length: vocabulary.size }, (_, token) => closing.test(Buffer.from(vocabulary.bytesOf(token)).toString("latin1")));
  while (tokens.length < mostTokens) {
    const mask = matcher.mask();
    const allowed: number[] = [];
    for (let token = 0; token < vocabulary.size; token += 1) if (((mask?.[token >> 5] ?? 0) >>> (token & 31)) & 1) allowed.push(token);
    if (allowed.length === 0) throw new Error(`Nothing may follow ${JSON.stringify(vocabulary.textOf(tokens))}.`);
    const mayEnd = allowed.includes(vocabulary.endToken);
    if (mayEnd && (allowed.length === 1 || random() < 0.5)) return vocabulary.textOf(tokens);
    const usual = allowed.filter((token) => eager[token]);
    const from = usual.length > 0 && random() < 0.3 + tokens.length / mostTokens ? usual : allowed.filter((token) => token !== vocabulary.endToken);
    const token = from[Math.floor(random() * from.length)] ?? 0;
    matcher.accept(token);
    tokens.push(token);
  }
  return undefined;
}
