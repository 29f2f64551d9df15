import type { GenerateEvent } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { createTinyLlama, type TinyLlamaOptions } from "../../test/tiny-llama.ts";
import { tinyEndToken, tinyPrompt, tinyPrompts } from "../../test/tiny-reference.ts";
import { createTinyVocabulary } from "../../test/tiny-vocabulary.ts";
import { thinkTags } from "../parse/answer-parser.ts";
import { hermesTags } from "../parse/tool-call-styles.ts";
import type { LogitsModel } from "./logits-model.ts";
import { createTokenLoop, type LoopRequest, type ReasoningOptions, type TokenLoopOptions } from "./token-loop.ts";

const vocabulary = createTinyVocabulary();
const greedy = { temperature: 0 };

function createLoop(model: LogitsModel, options: Partial<TokenLoopOptions> = {}) {
  return createTokenLoop({ model, vocabulary, decode: vocabulary.decode, endTokens: [tinyEndToken], accelerator: "cpu", ...options });
}

function tinyLoop(options: TinyLlamaOptions = {}, loopOptions: Partial<TokenLoopOptions> = {}) {
  return createLoop(createTinyLlama(options), loopOptions);
}

async function collect(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const textOf = (events: readonly GenerateEvent[]) => events.map((event) => (event.type === "text" ? event.text : "")).join("");
const finishOf = (events: readonly GenerateEvent[]) => events.find((event) => event.type === "finish");

describe("the tiny model", () => {
  it("computes the logits that another implementation computed", async () => {
    const withLogits = tinyPrompts().filter(({ lastPromptLogitsBase64 }) => lastPromptLogitsBase64);
    expect(withLogits.length).toBeGreaterThan(3);
    for (const { promptTokens, lastPromptLogitsBase64 } of withLogits) {
      const logits = await createTinyLlama().forward(Int32Array.from(promptTokens), { logits: "last" });
      const bytes = Buffer.from(lastPromptLogitsBase64 ?? "", "base64");
      for (const [token, logit] of logits.entries()) expect(Math.abs(logit - bytes.readFloatLE(token * 4))).toBeLessThan(2e-3);
    }
  });

  it("answers every prompt with the reference's tokens, whatever its cache can do", async () => {
    for (const [cutsBack, prefillTokens, prompts] of [
      ["anywhere", 256, tinyPrompts()],
      ["none", 7, tinyPrompts().filter((_prompt, index) => index % 4 === 0)],
    ] as const) {
      const loop = tinyLoop({ cutsBack }, { prefillTokens });
      for (const { promptTokens, outputTokens, outputText, maxTokens, finished } of prompts) {
        const events = await collect(loop.generate({ prompt: promptTokens, sampling: greedy, maxTokens }));
        expect(textOf(events)).toBe(outputText);
        expect(finishOf(events)).toMatchObject({ reason: finished ? "stop" : "length", usage: { completionTokens: outputTokens.length } });
      }
    }
  });
});

it("a prompt's end has no pass of its own where the last logits cost one row, and the answer is the same", async () => {
  const { promptTokens, outputText, maxTokens } = tinyPrompt("greeting");
  const passes = async (keepsLastLogits: boolean) => {
    const model = createTinyLlama();
    const lengths: number[] = [];
    const forward: LogitsModel["forward"] = (tokens, options) => {
      lengths.push(tokens.length);
      return model.forward(tokens, options);
    };
    const loop = createLoop({ ...model, keepsLastLogits, forward }, { prefillTokens: promptTokens.length - 3 });
    expect(textOf(await collect(loop.generate({ prompt: promptTokens, sampling: greedy, maxTokens })))).toBe(outputText);
    return lengths.slice(0, 3);
  };
  expect(await passes(true)).toEqual([3, promptTokens.length - 3, 1]);
  expect(await passes(false)).toEqual([promptTokens.length - 3, 2, 1]);
});

describe("an answer", () => {
  it("is start, its parts, and one finish at the end", async () => {
    const warnings = [{ kind: "other", message: "careful" }] as const;
    const events = await collect(tinyLoop().generate({ prompt: tinyPrompt("greeting").promptTokens, sampling: greedy, warnings }));
    expect(events[0]).toEqual({ type: "start", accelerator: "cpu", warnings });
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop", usage: { promptTokens: 9, cachedTokens: 0, completionTokens: 14 } });
    expect(events.filter(({ type }) => type === "start" || type === "finish")).toHaveLength(2);
  });

  it("has thoughts and tool calls apart", async () => {
    const { promptTokens } = tinyPrompt("tool-call-think");
    const tools = [
      { name: "get_weather", parameters: {} },
      { name: "get_time", parameters: {} },
    ];
    const events = await collect(
      tinyLoop().generate({ prompt: promptTokens, sampling: greedy, reasoning: thinkTags, toolCalls: { ...hermesTags, tools }, createId: () => "1" }),
    );
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["start", "reasoning", "tool-call-start", "tool-call-delta", "tool-call", "finish"]));
    expect(finishOf(events)).toMatchObject({ reason: "tool-calls" });
  });

  it("never splits a character", async () => {
    const events = await collect(tinyLoop().generate({ prompt: tinyPrompt("japanese").promptTokens, sampling: greedy }));
    for (const event of events) if (event.type === "text") expect(event.text).not.toContain("\ufffd");
    expect(textOf(events)).toBe(tinyPrompt("japanese").outputText);
  });

  it("ends before a stop string, with the last token it may have, or when its time is over", async () => {
    const { promptTokens } = tinyPrompt("count-twenty");
    const run = (request: Partial<LoopRequest>, options: Partial<TokenLoopOptions> = {}) =>
      collect(tinyLoop({}, options).generate({ prompt: promptTokens, sampling: greedy, ...request }));
    const stopped = await run({ stop: ["5"] });
    expect([textOf(stopped).includes("4"), textOf(stopped).includes("5"), finishOf(stopped)]).toMatchObject([true, false, { reason: "stop" }]);
    expect(finishOf(await run({ maxTokens: 3 }))).toMatchObject({ reason: "length", usage: { completionTokens: 3 } });
    let clockMs = 0;
    const late = await run({ timeLimitMs: 50 }, { now: () => (clockMs += 10) });
    expect(finishOf(late)).toMatchObject({ reason: "length" });
    expect(textOf(late).length).toBeLessThan(20);
  });

  it("ends where the context does", async () => {
    const { promptTokens } = tinyPrompt("count-fifty");
    const events = await collect(tinyLoop({ contextSize: 40 }).generate({ prompt: promptTokens, sampling: greedy }));
    expect(finishOf(events)).toMatchObject({ reason: "length", usage: { promptTokens: 15, completionTokens: 25 } });
  });

  it("is the same for the same seed, and another for another", async () => {
    const loop = tinyLoop();
    const run = async (seed: number) =>
      textOf(
        await collect(
          loop.generate({ prompt: tinyPrompt("story-fox").promptTokens, sampling: { temperature: 4, topK: 0, topP: 1, minP: 0 }, seed, maxTokens: 12 }),
        ),
      );
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });

  it("comes with log-probabilities when asked", async () => {
    const events = await collect(tinyLoop().generate({ prompt: tinyPrompt("greeting").promptTokens, sampling: greedy, logProbabilities: 3 }));
    const reported = events.flatMap((event) => (event.type === "text" ? (event.logProbabilities ?? []) : []));
    expect(reported.map(({ token }) => token).join("")).toBe(textOf(events));
    for (const { token, logProbability, top } of reported) {
      expect(top).toHaveLength(3);
      expect(top[0]).toEqual({ token, logProbability });
      expect(logProbability).toBeLessThanOrEqual(0);
    }
  });

  it.each([
    ["an empty prompt", { prompt: [] }, "invalid-input"],
    ["a prompt as long as the context", { prompt: new Int32Array(512) }, "context-overflow"],
    ["no tokens", { prompt: [1], maxTokens: 0 }, "invalid-input"],
  ])("to %s is refused", async (_what, request, code) => {
    await expect(collect(tinyLoop().generate(request))).rejects.toMatchObject({ code });
  });
});

describe("the cache", () => {
  it("keeps the longest common prefix, but not that of another's", async () => {
    const loop = tinyLoop();
    const [first, second] = [tinyPrompt("tool-call-weather"), tinyPrompt("tool-call-time")];
    const cached = async ({ promptTokens }: { promptTokens: readonly number[] }, cacheKey?: string) => {
      const finish = finishOf(await collect(loop.generate({ prompt: promptTokens, sampling: greedy, ...(cacheKey ? { cacheKey } : {}) })));
      return finish?.type === "finish" ? finish.usage.cachedTokens : Number.NaN;
    };
    const common = first.promptTokens.findIndex((token, index) => token !== second.promptTokens[index]);
    expect(await cached(first)).toBe(0);
    expect(await cached(first)).toBe(first.promptTokens.length - 1);
    expect(await cached(second)).toBe(common);
    expect(await cached(second, "someone")).toBe(0);
    expect(await cached(second, "someone")).toBe(second.promptTokens.length - 1);
    expect(await cached(second)).toBe(0);
  });

  it("that can only be emptied serves what extends it and computes the rest anew", async () => {
    const loop = tinyLoop({ cutsBack: "none" });
    const prompt = tinyPrompt("sum-large");
    const first = await collect(loop.generate({ prompt: prompt.promptTokens, sampling: greedy }));
    const longer = [...prompt.promptTokens, ...prompt.outputTokens.slice(0, -1), tinyEndToken, 207];
    const second = await collect(loop.generate({ prompt: longer, sampling: greedy, maxTokens: 1 }));
    expect(finishOf(second)).toMatchObject({ usage: { cachedTokens: prompt.promptTokens.length + prompt.outputTokens.length - 1 } });
    const third = await collect(loop.generate({ prompt: prompt.promptTokens, sampling: greedy }));
    expect([textOf(first), finishOf(third)]).toMatchObject([textOf(third), { usage: { cachedTokens: 0 } }]);
  });
});

describe("an abort", () => {
  it("takes effect between the pieces of a prompt and between tokens, and the next answer is right", async () => {
    for (const abortAt of [1, 3, 8]) {
      const controller = new AbortController();
      let passes = 0;
      const model = createTinyLlama({
        onForward() {
          passes += 1;
          if (passes === abortAt) controller.abort(new Error("enough"));
        },
      });
      const loop = createLoop(model, { prefillTokens: 4 });
      const { promptTokens, outputText } = tinyPrompt("capital-france");
      await expect(collect(loop.generate({ prompt: promptTokens, sampling: greedy, signal: controller.signal }))).rejects.toThrow("enough");
      expect(passes).toBe(abortAt);
      expect(textOf(await collect(loop.generate({ prompt: promptTokens, sampling: greedy })))).toBe(outputText);
    }
  });

  it("of an answer that waits for another does not hold up the next", async () => {
    const loop = tinyLoop();
    const { promptTokens, outputText } = tinyPrompt("greeting");
    const first = loop.generate({ prompt: promptTokens, sampling: greedy });
    await first.next();
    const controller = new AbortController();
    const second = collect(loop.generate({ prompt: promptTokens, signal: controller.signal }));
    const third = collect(loop.generate({ prompt: promptTokens, sampling: greedy }));
    controller.abort(new Error("no longer"));
    await expect(second).rejects.toThrow("no longer");
    // Leaving the loop cancels.
    await first.return();
    expect(textOf(await third)).toBe(outputText);
  });

  it("rejects with the reason also when the model fails because of it, and other failures are named", async () => {
    const failing = tinyLoop({
      onForward() {
        throw new RangeError("no such kernel");
      },
    });
    await expect(collect(failing.generate({ prompt: [1] }))).rejects.toMatchObject({
      code: "generation-failed",
      message: expect.stringContaining("no such kernel"),
    });
    await expect(collect(failing.generate({ prompt: [1], signal: AbortSignal.abort(new Error("gone")) }))).rejects.toThrow("gone");
  });
});

describe("thoughts", () => {
  const [open, close] = [vocabulary.idOf("<think>"), vocabulary.idOf("</think>")];

  it("are opened where the model would not, and ended by their budget", async () => {
    const { promptTokens } = tinyPrompt("think-option");
    const thoughts = async (settings: Partial<ReasoningOptions>) => {
      const chosen: number[] = [];
      const decode = (tokens: readonly number[]) => {
        if (tokens.length === 1) chosen.push(...tokens);
        return vocabulary.decode(tokens);
      };
      const loop = tinyLoop({}, { decode });
      const events = await collect(
        loop.generate({ prompt: promptTokens, sampling: greedy, maxTokens: 60, reasoning: { ...thinkTags, begin: [open], ...settings } }),
      );
      return { tokens: chosen.indexOf(close) - chosen.indexOf(open) - 1, text: textOf(events), opened: chosen[0] === open };
    };
    const free = await thoughts({});
    expect(free.tokens).toBeGreaterThan(6);
    const bounded = await thoughts({ budgetTokens: 5, closeTokens: [close] });
    expect(bounded).toMatchObject({ opened: true, tokens: 5 });
    expect(bounded.text).not.toContain("think>");
    expect(await thoughts({ budgetTokens: 500, closeTokens: [close] })).toEqual(free);
  });
});
