import type { GenerateEvent } from "@tenfold/core";
import { assert, equal, refused, rejection } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsChat } from "../conformance-case.ts";
import { counting, greedy, story } from "../prompts.ts";

export const streamCases: readonly ConformanceCase[] = [
  {
    id: "event-order",
    title: "an answer is start, then its parts, then exactly one finish",
    needs: needsChat,
    async run({ shared }) {
      const { start, finish, text } = await collect((await shared()).generate(greedy(story, 12)));
      assert(start.accelerator.length > 0, "start does not name the accelerator");
      assert(text !== "", "there was no text");
      const { timeToFirstTokenMs, totalMs } = finish.timings;
      assert(timeToFirstTokenMs >= 0 && totalMs >= timeToFirstTokenMs, `the timings do not fit together: ${timeToFirstTokenMs} and ${totalMs}`);
    },
  },
  {
    id: "max-tokens",
    title: "maxTokens ends an answer with length, after exactly so many tokens",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      for (const maxTokens of [1, 7]) {
        const { finish } = await collect(model.generate(greedy(story, maxTokens)));
        equal(finish.reason, "length", "the reason");
        equal(finish.usage.completionTokens, maxTokens, "completionTokens");
      }
    },
  },
  {
    id: "bad-request",
    title: "settings that make no sense are refused before anything is generated",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      await refused(collect(model.generate({ ...greedy(story, 4), maxTokens: 0 })), "maxTokens of 0", "invalid-input");
      await refused(collect(model.generate({ messages: story, sampling: { temperature: Number.NaN } })), "a temperature of NaN", "invalid-input");
    },
  },
  {
    id: "image-refused",
    title: "an image is refused by a model that cannot see",
    needs: ({ chat, vision }) => (!chat ? "the model does not chat" : vision ? "the model can see" : undefined),
    async run({ shared }) {
      const picture = { type: "image", bytes: new Uint8Array([137, 80, 78, 71]), mediaType: "image/png" } as const;
      await refused(collect((await shared()).generate({ messages: [{ role: "user", content: [picture] }] })), "a message with an image", "unsupported-request");
    },
  },
  {
    id: "generate-abort",
    title: "an aborted answer rejects with the signal's reason, within a token and without finish",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      const before = (await collect(model.generate(greedy(story, 16)))).text;
      const reason = new Error("enough");
      const early = await rejection(
        collect(model.generate({ ...greedy(story, 8), signal: AbortSignal.abort(reason) })),
        "an answer that was aborted before it began",
      );
      assert(early === reason, `it rejected with ${String(early)}, expected the signal's reason`);

      const controller = new AbortController();
      const after: GenerateEvent[] = [];
      const answer = (async () => {
        for await (const event of model.generate({ messages: story, sampling: { temperature: 0 }, maxTokens: 64, signal: controller.signal })) {
          if (controller.signal.aborted) after.push(event);
          else if (event.type === "text") controller.abort(reason);
        }
      })();
      const error = await rejection(answer, "an answer that was aborted after its first text");
      assert(error === reason, `it rejected with ${String(error)}, expected the signal's reason`);
      equal(
        after.map(({ type }) => type),
        [],
        "events after the abort",
      );
      equal((await collect(model.generate(greedy(story, 16)))).text, before, "the same answer after an abort");
    },
  },
  {
    id: "queued-abort",
    title: "an answer that waits for another can be aborted while it waits",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      let finished = 0;
      const running = Array.from({ length: model.capabilities.parallel }, async () => {
        const { finish } = await collect(model.generate(greedy(story, 24)));
        finished += 1;
        return finish.reason;
      });
      const reasons = Promise.all(running);
      reasons.catch(() => {});
      const controller = new AbortController();
      const reason = new Error("tired of waiting");
      const waiting = rejection(collect(model.generate({ ...greedy(counting, 8), signal: controller.signal })), "an answer that was aborted while it waited");
      controller.abort(reason);
      const error = await waiting;
      assert(error === reason, `it rejected with ${String(error)}, expected the signal's reason`);
      equal(finished, 0, "answers that were finished before the waiting one could be aborted");
      for (const finishReason of await reasons) equal(finishReason, "length", "the reason of the answer that was not aborted");
    },
  },
  {
    id: "leaving-cancels",
    title: "leaving the loop cancels the answer, and the next one is served",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      const whole = (await collect(model.generate(greedy(story, 16)))).text;
      for await (const event of model.generate({ messages: story, sampling: { temperature: 0 } })) if (event.type === "text") break;
      equal((await collect(model.generate(greedy(story, 16)))).text, whole, "the same answer after leaving one");
    },
  },
  {
    id: "two-at-once",
    title: "two answers at once are both served and never mixed",
    needs: needsChat,
    async run({ shared }) {
      const model = await shared();
      const requests = [greedy(story, 16), greedy(counting, 16), greedy(story, 9)];
      const alone: string[] = [];
      for (const request of requests) alone.push((await collect(model.generate(request))).text);
      const together = await Promise.all(requests.map((request) => collect(model.generate(request))));
      equal(
        together.map(({ text }) => text),
        alone,
        "the answers",
      );
    },
  },
  {
    id: "parallel",
    title: "a model loaded for two answers at once gives both",
    needs: needsChat,
    async run({ load }) {
      const model = await load({ parallel: 2 });
      const [first, second, third] = await Promise.all(
        [greedy(story, 12), greedy(counting, 12), greedy(story, 12)].map((request) => collect(model.generate(request))),
      );
      equal(third?.text, first?.text, "the same question asked twice at once");
      assert(first?.text !== second?.text, "two questions got one answer");
      equal([first, second, third].map((answer) => answer?.finish.usage.completionTokens).join(), "12,12,12", "completionTokens");
    },
  },
];
