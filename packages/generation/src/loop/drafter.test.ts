import { describe, expect, it } from "vitest";
import { createTinyLlama } from "../../test/tiny-llama.ts";
import { tinyEndToken, tinyPrompts } from "../../test/tiny-reference.ts";
import { createTinyVocabulary } from "../../test/tiny-vocabulary.ts";
import { createDraftModel, createPromptLookup, type Drafter } from "./drafter.ts";
import { createTokenLoop } from "./token-loop.ts";

const vocabulary = createTinyVocabulary();
const prompts = tinyPrompts().filter(({ id }) => ["sum-large", "memory-name", "count-twenty", "emoji"].includes(id));

/** Answers some prompts of the reference; returns the texts and how many forward passes gave logits. */
async function answers(drafter: Drafter | undefined, cutsBack: "anywhere" | "none", sampling: { temperature: number }) {
  let passes = 0;
  const model = createTinyLlama({
    cutsBack,
    onForward(_tokens, logits) {
      if (logits !== "none") passes += 1;
    },
  });
  const loop = createTokenLoop({
    model,
    vocabulary,
    decode: vocabulary.decode,
    endTokens: [tinyEndToken],
    accelerator: "cpu",
    draftTokens: 4,
    ...(drafter ? { drafter } : {}),
  });
  const texts: string[] = [];
  let tokens = 0;
  for (const { promptTokens, maxTokens } of prompts) {
    let text = "";
    for await (const event of loop.generate({ prompt: promptTokens, maxTokens, sampling, seed: 3 })) {
      if (event.type === "text") text += event.text;
      if (event.type === "finish") tokens += event.usage.completionTokens;
    }
    texts.push(text);
  }
  return { texts, passes, tokens };
}

const greedy = { temperature: 0 };
const warm = { temperature: 1.2 };
const shared = { plain: await answers(undefined, "anywhere", greedy), plainWarm: await answers(undefined, "anywhere", warm) };

describe("an answer with guesses", () => {
  it.each([
    ["from the prompt", () => createPromptLookup()],
    ["from a draft model", () => createDraftModel(createTinyLlama({ folder: "draft" }), { prefillTokens: 16 })],
    [
      "that are always wrong",
      (): Drafter => ({
        // The last of them is no token of the model at all.
        draft: async (_history, _length, most) => new Int32Array(most).fill(1).fill(5000, most - 1),
      }),
    ],
  ])("%s is the plain one, greedy or not", async (what, create) => {
    const { plain, plainWarm } = shared;
    expect(plain.texts).toEqual(prompts.map(({ outputText }) => outputText));
    const guessed = await answers(create(), "anywhere", greedy);
    expect([guessed.texts, guessed.tokens]).toEqual([plain.texts, plain.tokens]);
    if (what !== "that are always wrong") expect(guessed.passes).toBeLessThan(plain.passes * 0.95);
    expect((await answers(create(), "anywhere", warm)).texts).toEqual(plainWarm.texts);
  });

  it("stays right on a cache that can only be emptied, and stops guessing there", async () => {
    const { texts } = await answers(createPromptLookup(), "none", greedy);
    expect(texts).toEqual(prompts.map(({ outputText }) => outputText));
  });
});

describe("prompt lookup", () => {
  const draft = async (history: readonly number[], most: number) => [
    ...(await createPromptLookup().draft(Int32Array.from(history), history.length, most, undefined)),
  ];

  it("goes on as the last tokens did before, those that agree on more first", async () => {
    expect(await draft([1, 2, 3, 4, 5, 9, 2, 3], 2)).toEqual([4, 5]);
    expect(await draft([1, 2, 7, 9, 2, 8, 1, 2], 3)).toEqual([7, 9, 2]);
    expect(await draft([1, 2, 3], 4)).toEqual([]);
    expect(await draft([], 4)).toEqual([]);
  });
});
