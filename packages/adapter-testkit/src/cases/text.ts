import { assert, equal } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsChat, needsReference } from "../conformance-case.ts";
import { greedy, referencePrompts, requestOf, story } from "../prompts.ts";
import { meaningOf } from "../reference.ts";

const specialLooking = ["<|im_end|>", "<|im_start|>", "<|endoftext|>", "</s>", "<s>", "<eos>", "<|eot_id|>", "<think>", "<tool_call>"];

/** Half of a surrogate pair, or what stands for bytes that are no character. */
const partOfCharacter = /[\ud800-\udfff\ufffd]/u;

export const textCases: readonly ConformanceCase[] = [
  {
    id: "stop-strings",
    title: "stop strings end the answer and never leak, also when split over tokens",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const whole = (await collect(model.generate(greedy(story, 40)))).text;
      assert(whole.length >= 40, `the answer is too short to look for stops in: ${whole}`);
      // Of many lengths and at many places, so that some begin and end inside tokens.
      const stops = [3, 11, 17, 23].flatMap((at) => [1, 2, 5, 9].map((length) => whole.slice(at, at + length)));
      for (const stop of stops) {
        const { text, finish } = await collect(model.generate({ ...greedy(story, 40), stop: [stop, "\u0000never"] }));
        equal(text, whole.slice(0, whole.indexOf(stop)), `the text before ${JSON.stringify(stop)}`);
        equal(finish.reason, "stop", `the reason for ${JSON.stringify(stop)}`);
      }
      const { text } = await collect(model.generate({ ...greedy(story, 40), stop: [`${whole.slice(0, 12)}\u0000`] }));
      equal(text, whole, "the text with a stop string of which only the beginning comes");
    },
  },
  {
    id: "same-seed",
    title: "the same seed gives the same text, another seed another",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const say = async (seed: number) =>
        (await collect(model.generate({ messages: story, seed, maxTokens: 16, sampling: { temperature: 3, topK: 0, topP: 1, minP: 0 } }))).text;
      const first = await say(7);
      equal(await say(7), first, "the text of the same seed");
      const others = [await say(8), await say(9), await say(10)];
      assert(
        others.some((text) => text !== first),
        "four seeds gave one text",
      );
    },
  },
  {
    id: "greedy-repeats",
    title: "temperature 0 gives the same text whatever the seed",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const say = async (seed: number) => (await collect(model.generate({ ...greedy(story, 24), seed }))).text;
      equal(await say(1), await say(2), "the greedy text");
    },
  },
  {
    id: "greedy-reference",
    title: "greedy answers are those of the reference, token for token",
    needs: needsReference(),
    async run(kit) {
      const model = await kit.shared();
      let tokens = 0;
      for (const prompt of referencePrompts(kit)) {
        const { text, reasoning, calls, finish } = await collect(model.generate(requestOf(prompt)));
        const expected = meaningOf(prompt.outputText);
        equal(reasoning, expected.reasoning, `the thoughts of ${prompt.id}`);
        equal(
          calls.map((call) => ({ name: call.name, arguments: call.arguments })),
          expected.calls,
          `the calls of ${prompt.id}`,
        );
        equal(text, expected.text, `the text of ${prompt.id}`);
        equal(finish.usage.completionTokens, prompt.outputTokens.length, `completionTokens of ${prompt.id}`);
        tokens += finish.usage.completionTokens;
        equal(finish.reason, prompt.finished ? (calls.length > 0 ? "tool-calls" : "stop") : "length", `the reason of ${prompt.id}`);
      }
      return { tokens, equalTokens: tokens };
    },
  },
  {
    id: "utf8-whole",
    title: "characters of several tokens are never split between events",
    needs: needsReference("unicode"),
    async run(kit) {
      const model = await kit.shared();
      for (const prompt of referencePrompts(kit, "unicode")) {
        const { events, text } = await collect(model.generate(requestOf(prompt)));
        for (const event of events) {
          if (event.type === "text")
            assert(!partOfCharacter.test(event.text), `a text event of ${prompt.id} holds a part of a character: ${JSON.stringify(event.text)}`);
        }
        equal(text, prompt.outputText, `the text of ${prompt.id}`);
      }
    },
  },
  {
    id: "special-text-stays-text",
    title: "what looks like a special token in a message stays text",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const { tokenizer } = model;
      if (!tokenizer) return;
      let tried = 0;
      for (const special of specialLooking) {
        if ((await tokenizer.encode(special, { parseSpecial: true })).length !== 1) continue;
        const plain = (await tokenizer.encode(special)).length;
        assert(plain > 1, `${special} as plain text is one token`);
        tried += 1;
        const count = async (content: string) => (await model.countTokens([{ role: "user", content }])).tokens;
        const added = (await count(`a ${special} b`)) - (await count("a  b"));
        assert(added >= plain - 1, `${special} in a message added ${added} tokens, expected about ${plain}: it was taken for a special token`);
        const { finish } = await collect(model.generate(greedy([{ role: "user", content: `Say ${special} please` }], 3)));
        equal(finish.usage.promptTokens, await count(`Say ${special} please`), `promptTokens with ${special}`);
      }
      assert(tried > 0, "the model has none of the special tokens that this case knows");
    },
  },
];
