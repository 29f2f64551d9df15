/** What is taken from the logits of tokens that came before. */
export interface PenaltySettings {
  repetitionPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  dry: DrySettings | undefined;
}

export interface DrySettings {
  multiplier: number;
  base: number;
  allowedLength: number;
  window: number;
  isBreaker: (token: number) => boolean;
}

export interface Penalties {
  /** Changes the logits in place. @param history the prompt's and the answer's tokens; the first `length` count. */
  apply(logits: Float32Array, history: Int32Array, length: number): void;
}

/** Tokens that repetition, frequency and presence penalties look back at, as in llama.cpp. */
export const penaltyWindow = 64;

/** The longest repetition that is told from a longer one: base^50 is far beyond any logit. */
const maxRepetition = 64;

/**
 * Repetition penalty as in CTRL (Keskar et al. 2019): positive logits are divided by it, negative ones multiplied. Frequency and
 * presence penalties as the OpenAI API defines them. DRY as in llama.cpp.
 */
export function createPenalties(vocabularySize: number, settings: PenaltySettings): Penalties | undefined {
  const { repetitionPenalty, frequencyPenalty, presencePenalty } = settings;
  const dry = settings.dry !== undefined && settings.dry.multiplier !== 0 ? settings.dry : undefined;
  const counts = repetitionPenalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0;
  if (!counts && !dry) return undefined;
  const scratch = new Int32Array(vocabularySize);

  function penalizeCounts(logits: Float32Array, history: Int32Array, length: number): void {
    const start = Math.max(0, length - penaltyWindow);
    for (let index = start; index < length; index += 1) {
      const token = history[index] as number;
      scratch[token] = (scratch[token] as number) + 1;
    }
    for (let index = start; index < length; index += 1) {
      const token = history[index] as number;
      const count = scratch[token] as number;
      if (count === 0) continue;
      scratch[token] = 0;
      const logit = logits[token] as number;
      logits[token] = (logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty) - count * frequencyPenalty - presencePenalty;
    }
  }

  return {
    apply(logits, history, length) {
      if (counts) penalizeCounts(logits, history, length);
      if (dry) penalizeRepetition(logits, history, length, dry, scratch);
    },
  };
}

/** @param longest a zero for each token; it is zero again afterwards. */
function penalizeRepetition(
  logits: Float32Array,
  history: Int32Array,
  length: number,
  { multiplier, base, allowedLength, window, isBreaker }: DrySettings,
  longest: Int32Array,
): void {
  const start = Math.max(0, length - window);
  let limit = 0;
  while (limit < maxRepetition && limit < length - start && !isBreaker(history[length - 1 - limit] as number)) limit += 1;
  if (limit < allowedLength) return;
  // `end` is where an earlier copy of the last tokens ends; the token there would go on with it.
  for (let end = length - 1; end > start; end -= 1) {
    let matched = 0;
    while (matched < limit && end - 1 - matched >= start && history[end - 1 - matched] === history[length - 1 - matched]) matched += 1;
    const next = history[end] as number;
    if (matched > (longest[next] as number)) longest[next] = matched;
  }
  for (let end = length - 1; end > start; end -= 1) {
    const next = history[end] as number;
    const matched = longest[next] as number;
    longest[next] = 0;
    if (matched < allowedLength || matched === 0 || isBreaker(next)) continue;
    logits[next] = (logits[next] as number) - multiplier * power(base, matched - allowedLength);
  }
}

/** By multiplication: `Math.pow` may differ from engine to engine. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let step = 0; step < exponent; step += 1) result *= base;
  return result;
}
