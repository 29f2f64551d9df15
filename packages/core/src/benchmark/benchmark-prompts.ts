import type { PromptName } from "@tenfold/catalog";

/** How long each prompt is made, in tokens of the model that reads it. */
export const promptLengths: Readonly<Record<PromptName, number>> = { short: 32, medium: 256, long: 1024 };

const subjects = ["The ferry", "A gardener", "The old printer", "My neighbour", "The night train", "A clockmaker", "The harbour", "Our teacher"];
const verbs = ["crossed", "repaired", "described", "carried", "counted", "painted", "opened", "remembered"];
const objects = ["the stone bridge", "seven letters", "a copper kettle", "the northern gate", "an empty market", "the longest table", "a box of seeds"];
const endings = ["before the rain began", "while the bells rang", "with great patience", "for the third time", "and told nobody", "on a cold morning"];

/**
 * A text of at least so many tokens that a model has not seen: two of different `number` part within their first words, so that no prefix
 * of one answers for the other. The same number gives the same text everywhere.
 */
export async function benchmarkPrompt(tokens: number, number: number, countTokens: (text: string) => Promise<number>): Promise<string> {
  let text = `Report ${number + 1}.`;
  let sentences = 0;
  let perSentence = 10;
  for (let reached = 0; reached < tokens; ) {
    const missing = Math.max(1, Math.floor((tokens - reached) / perSentence));
    for (let index = 0; index < missing; index += 1) {
      text += ` ${sentence(number * 7919 + sentences)}`;
      sentences += 1;
    }
    reached = await countTokens(text);
    perSentence = Math.max(1, reached / sentences);
  }
  return text;
}

function sentence(seed: number): string {
  const pick = (words: readonly string[], step: number) => words[(seed * step + Math.floor(seed / words.length)) % words.length];
  return `${pick(subjects, 3)} ${pick(verbs, 5)} ${pick(objects, 2)} ${pick(endings, 1)}.`;
}
