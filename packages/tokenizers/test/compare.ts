import { expect } from "vitest";
import type { Tokenizer } from "../src/index.ts";
import { corpus, corpusLines, createRandom, generateText } from "./corpus.ts";
import type { Reference } from "./reference.ts";

export interface ComparisonOptions {
  generated: number;
  seed?: number;
  /** Texts whose offsets are not compared. */
  ignoresOffsets?: (text: string) => boolean;
}

const batch = 500;

/** Compares ids, offsets and decoded text, streamed too, on the corpus and on generated texts. */
export async function expectSameAsReference(
  tokenizer: Tokenizer,
  reference: Reference,
  { generated, seed = 1, ignoresOffsets }: ComparisonOptions,
): Promise<void> {
  const random = createRandom(seed);
  const specialTokens = tokenizer.addedTokens.map(({ content }) => content);
  const first = [corpus, ...corpusLines];
  for (let done = 0; done < first.length + generated; done += batch) {
    const texts = Array.from(
      { length: Math.min(batch, first.length + generated - done) },
      (_, index) => first[done + index] ?? generateText(random, specialTokens),
    );
    const expected = await reference.encode(texts);
    const decoded = await reference.decode(expected.map(({ ids }) => ids));
    for (const [index, text] of texts.entries()) {
      const { ids = [], offsets = [] } = expected[index] ?? {};
      const encoding = tokenizer.encodeWithOffsets(text, { parseSpecial: true });
      // A comparison of strings first: building a failure for each of millions of numbers would take the time of the suite.
      if (tokenizer.encode(text, { parseSpecial: true }).join() !== ids.join())
        expect([text, ...tokenizer.encode(text, { parseSpecial: true })]).toEqual([text, ...ids]);
      if (encoding.ids.join() !== ids.join()) expect([text, ...encoding.ids]).toEqual([text, ...ids]);
      if (!ignoresOffsets?.(text) && encoding.offsets.join() !== offsets.join()) expect([text, ...encoding.offsets]).toEqual([text, ...offsets]);
      const stream = tokenizer.createStream();
      const streamed = ids.map((id) => stream.push(id)).join("") + stream.end();
      if (tokenizer.decode(ids) !== decoded[index] || streamed !== decoded[index])
        expect([text, tokenizer.decode(ids), streamed]).toEqual([text, decoded[index], decoded[index]]);
    }
  }
  expect(generated).toBeGreaterThan(0);
}
