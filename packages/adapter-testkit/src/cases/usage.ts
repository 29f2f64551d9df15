import { assert, equal, refused } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsChat, needsReference } from "../conformance-case.ts";
import { counting, greedy, referencePrompts, requestOf, story } from "../prompts.ts";

export const usageCases: readonly ConformanceCase[] = [
  {
    id: "usage-agrees",
    title: "usage agrees with the tokenizer",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const { finish } = await collect(model.generate(greedy(story, 6)));
      const counted = await model.countTokens(story);
      if (counted.exact) equal(finish.usage.promptTokens, counted.tokens, "promptTokens");
      assert(finish.usage.cachedTokens <= finish.usage.promptTokens, "more tokens were cached than the prompt has");
      if (!model.tokenizer) return;
      const sentence = "The fox looked for berries, and found none: naïve 🦊!";
      const tokens = await model.tokenizer.encode(sentence);
      equal((await model.countTokens(sentence)).tokens, tokens.length, "countTokens of a sentence");
      equal((await model.tokenizer.decode(tokens)).trimStart(), sentence, "the sentence encoded and decoded");
      assert(
        tokens.every((token) => token >= 0 && token < (model.tokenizer?.vocabularySize ?? 0)),
        "a token lies outside the vocabulary",
      );
    },
  },
  {
    id: "usage-reference",
    title: "prompt and answer have as many tokens as the reference counted, the end token included",
    needs: needsReference(),
    async run(kit) {
      const model = await kit.shared();
      for (const prompt of referencePrompts(kit, "greeting", "sum", "memory", "tool-result", "unicode")) {
        const { usage } = (await collect(model.generate(requestOf(prompt)))).finish;
        equal(usage.promptTokens, prompt.promptTokens.length, `promptTokens of ${prompt.id}`);
        equal(usage.completionTokens, prompt.outputTokens.length, `completionTokens of ${prompt.id}`);
        if (model.tokenizer)
          equal(await model.tokenizer.encode(prompt.promptText, { parseSpecial: true }), prompt.promptTokens, `the prompt's tokens of ${prompt.id}`);
      }
    },
  },
  {
    id: "prefix-reuse",
    title: "the second turn of a conversation reuses the first, and says so",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      const first = await collect(model.generate(greedy(story, 12)));
      equal(first.finish.usage.cachedTokens, 0, "cachedTokens of the first turn");
      const conversation = [...story, { role: "assistant", content: first.text } as const, { role: "user", content: "And then?" } as const];
      const second = await collect(model.generate(greedy(conversation, 12)));
      assert(
        second.finish.usage.cachedTokens >= first.finish.usage.promptTokens - 1,
        `the second turn reused ${second.finish.usage.cachedTokens} tokens of a prompt of ${first.finish.usage.promptTokens}`,
      );
      const fresh = await load();
      equal(second.text, (await collect(fresh.generate(greedy(conversation, 12)))).text, "the answer with the cache, compared with one without");
    },
  },
  {
    id: "cache-key",
    title: "answers of different cache keys share nothing",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      const ask = async (cacheKey: string | undefined) =>
        (await collect(model.generate({ ...greedy(story, 3), ...(cacheKey === undefined ? {} : { cacheKey }) }))).finish.usage.cachedTokens;
      await ask("anna");
      assert((await ask("anna")) > 0, "one key did not reuse its own cache");
      equal(await ask("boris"), 0, "cachedTokens of another key");
      equal(await ask(undefined), 0, "cachedTokens without a key");
    },
  },
  {
    id: "context-overflow",
    title: "a prompt larger than the context is refused",
    needs: needsChat,
    async run({ load }) {
      const model = await load({ contextSize: 64 });
      equal(model.contextSize, 64, "contextSize");
      const long = "The quick brown fox jumps over the lazy dog. ".repeat(20);
      await refused(collect(model.generate({ messages: [{ role: "user", content: long }] })), "a prompt larger than the context", "context-overflow");
      assert((await collect(model.generate(greedy(story, 2)))).text !== "", "nothing was generated afterwards");
    },
  },
  {
    id: "context-full",
    title: "an answer that fills the context ends with length",
    needs: needsChat,
    async run({ load }) {
      const model = await load({ contextSize: 64 });
      const { finish } = await collect(model.generate({ messages: counting, sampling: { temperature: 0 } }));
      equal(finish.reason, "length", "the reason");
      assert(
        finish.usage.promptTokens + finish.usage.completionTokens <= 64,
        `prompt and answer have ${finish.usage.promptTokens + finish.usage.completionTokens} tokens in a context of 64`,
      );
    },
  },
  {
    id: "log-probabilities",
    title: "log-probabilities belong to the text, are at most 0 and sorted",
    needs: ({ chat, logProbabilities }) => (chat && logProbabilities ? undefined : "the model does not report log-probabilities"),
    async run({ shared }) {
      const { text, logProbabilities } = await collect((await shared()).generate({ ...greedy(story, 10), logProbabilities: 3 }));
      equal(
        logProbabilities
          .map(({ token }) => token)
          .join("")
          .trimStart(),
        text.trimStart(),
        "the tokens put together",
      );
      for (const { token, logProbability, top } of logProbabilities) {
        equal(top.length, 3, "the number of candidates");
        equal(top[0]?.token, token, "the likeliest candidate of a greedy answer");
        const values = top.map((one) => one.logProbability);
        assert(
          logProbability <= 0 && values.every((value, index) => value <= 0 && value <= (values[index - 1] ?? 0)),
          `log-probabilities are not sorted and at most 0: ${values.join(", ")}`,
        );
      }
      const without = await collect((await shared()).generate(greedy(story, 4)));
      equal(without.logProbabilities.length, 0, "log-probabilities that nobody asked for");
    },
  },
];
