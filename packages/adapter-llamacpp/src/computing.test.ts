import { collect } from "@tenfold/adapter-testkit";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel } from "@tenfold/core";
import { afterEach, describe, expect, test } from "vitest";
import { watchBatches } from "../test/count-decodes.ts";
import { createAdapter } from "./adapter.ts";
import type { Binding, NativeSequence } from "./binding.ts";
import { createNodeBinding } from "./bindings/node.ts";
import { llamaCpp } from "./node.ts";

const opened: LoadedModel[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.dispose()));
});

describe("what llama.cpp is made to compute", () => {
  /** The real binding, counting the calls that compute. */
  function counted() {
    const counts = { prefills: 0, steps: 0 };
    const real = createNodeBinding(false);
    const wrap = (sequence: NativeSequence): NativeSequence => ({
      get tokens() {
        return sequence.tokens;
      },
      appendOnly: sequence.appendOnly,
      keep: (length) => sequence.keep(length),
      prefill(tokens) {
        counts.prefills += 1;
        return sequence.prefill(tokens);
      },
      async *generate(tokens, sampling) {
        for await (const step of sequence.generate(tokens, sampling)) {
          counts.steps += 1;
          yield step;
        }
      },
    });
    const binding: Binding = {
      async open(log) {
        const library = await real.open(log);
        return {
          ...library,
          async load(options) {
            const native = await library.load(options);
            return { ...native, sequences: native.sequences.map(wrap) };
          },
        };
      },
    };
    return { counts, adapter: createAdapter({ binding, now: () => performance.now(), random: Math.random, machine: () => ({ usableCores: 2, busy: 0 }) }) };
  }
  const count = [{ role: "user", content: "Count to fifty." }] as const;
  const hello = { messages: [{ role: "user", content: "Hello" }], maxTokens: 1 } as const;

  test("next to nothing once an answer is aborted or left", async () => {
    const { counts, adapter: counting } = counted();
    const model = await counting.load(await tinyModel(), nodeContext(), { threads: 1 });
    opened.push(model);
    for (const way of ["abort", "leave"]) {
      const controller = new AbortController();
      let before = 0;
      const reading = (async () => {
        for await (const event of model.generate({ messages: count, sampling: { temperature: 0 }, signal: controller.signal })) {
          if (event.type !== "text") continue;
          before = counts.steps;
          if (way === "leave") break;
          controller.abort(new Error("enough"));
        }
      })();
      if (way === "abort") await expect(reading).rejects.toThrow("enough");
      else await reading;
      await collect(model.generate(hello));
      // The whole answer has 200 tokens. The word has to reach the other end of the channel, and a token may be under way.
      expect(counts.steps - before - 1, way).toBeLessThan(20);
    }
  });

  test("a prompt batch by batch, until it is aborted", async () => {
    const { counts, adapter: counting } = counted();
    const model = await counting.load(await tinyModel(), nodeContext(), { threads: 1, frameworkOptions: { batchSize: 4 } });
    opened.push(model);
    const messages = [{ role: "user", content: "Count to twenty. ".repeat(40) }] as const;
    const { finish } = await collect(model.generate({ messages, maxTokens: 1 }));
    const whole = counts.prefills;
    expect(whole).toBe(Math.ceil(finish.usage.promptTokens / 4) - 1);

    const controller = new AbortController();
    const reading = (async () => {
      for await (const event of model.generate({ messages, maxTokens: 1, cacheKey: "other", signal: controller.signal }))
        if (event.type === "start") controller.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
    await collect(model.generate(hello));
    expect(counts.prefills - whole).toBeLessThan(whole / 2);
  });

  test("only what is new of a conversation", async () => {
    const { counts, adapter: counting } = counted();
    const model = await counting.load(await tinyModel(), nodeContext(), { threads: 1, frameworkOptions: { batchSize: 4 } });
    opened.push(model);
    const first = [{ role: "user", content: "My name is Anna. ".repeat(10) }] as const;
    const { text } = await collect(model.generate({ messages: first, maxTokens: 8, sampling: { temperature: 0 } }));
    const before = counts.prefills;
    const { finish } = await collect(
      model.generate({ messages: [...first, { role: "assistant", content: text }, { role: "user", content: "And?" }], maxTokens: 1 }),
    );
    expect(counts.prefills - before).toBeLessThan(10);
    expect(finish.usage.cachedTokens).toBeGreaterThan(40);
  });

  test("the next tokens of four conversations at once", async () => {
    const model = await llamaCpp({ gpu: false }).load(await tinyModel(), nodeContext(), { threads: 1, parallel: 4, isolation: "none" });
    opened.push(model);
    const [word = -1] = (await model.tokenizer?.encode(" Rome")) ?? [];
    const batches = watchBatches();
    // Brought to say one word for ever, so that all are equally long.
    const sampling = { temperature: 0, logitBias: { [word]: 100 } };
    await Promise.all([0, 1, 2, 3].map((one) => collect(model.generate({ prompt: `${one} two three`, maxTokens: 40, sampling }))));
    // Two hundred batches would be one token each.
    expect(batches.filter((tokens) => tokens === 4).length).toBeGreaterThan(30);
    expect(batches.length).toBeLessThan(50);
  });
});
