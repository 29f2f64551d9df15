import { collect, messagesOf } from "@tenfold/adapter-testkit";
import { tinyExecutorchModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LogitsSequences } from "@tenfold/host";
import { fullTests } from "@tenfold/tooling/requirement";
import { beforeEach, expect, test } from "vitest";
import { adapter, hostPath, needsHost } from "../test/compiled-host.ts";
import { createNodeBinding } from "./bindings/node.ts";

beforeEach(needsHost);

const methods = ["forward", "forward_one", "forward_uncached", "forward_padded"] as const;

async function openSequences(variant: "xnnpack" | "plain", method: string): Promise<LogitsSequences> {
  const model = await tinyExecutorchModel(variant);
  const [program] = model.files;
  if (!program) throw new Error("The model has no files.");
  const library = await createNodeBinding(hostPath).open(nodeContext());
  return library.load({ model, program, context: nodeContext(), options: { threads: 1, parallel: 1, frameworkOptions: { method } } });
}

test.each(methods)("a decoder with the method %s answers as the reference does", async (method) => {
  const model = await adapter.load(await tinyExecutorchModel("plain"), nodeContext(), { threads: 1, frameworkOptions: { method } });
  expect(model.contextSize).toBe(method === "forward_padded" ? 160 : method === "forward_uncached" ? 511 : 512);
  const { prompts } = await tinyReference();
  for (const prompt of prompts.filter(({ behaviour }) => behaviour === "sum" || (fullTests && behaviour === "memory")).slice(0, fullTests ? undefined : 1)) {
    const answer = await collect(model.generate({ messages: messagesOf(prompt), maxTokens: prompt.maxTokens, sampling: { temperature: 0 } }));
    expect([answer.text, answer.finish.usage.completionTokens]).toEqual([prompt.outputText, prompt.outputTokens.length]);
  }
  await model.dispose();
});

test("every way to call a decoder gives the same logits, at once, in pieces, and after going back", async () => {
  const tokens = Int32Array.from((await tinyReference()).prompts.flatMap(({ promptTokens }) => promptTokens)).slice(0, 12);
  let expected: Float32Array | undefined;
  for (const [variant, method] of [["xnnpack", "forward"], ...methods.map((one) => ["plain", one] as const)] as const) {
    const native = await openSequences(variant, method);
    const [one] = native.sequences;
    const all = Float32Array.from(await one.forward(tokens, { logits: "all" }));
    expect(all).toHaveLength(12 * 1024);
    expected ??= all;
    expectClose(all, expected);
    expect(await one.truncate(5)).toBe(5);
    expect(await one.forward(tokens.slice(5, 9), { logits: "none" })).toHaveLength(0);
    expectClose(await one.forward(tokens.slice(9), { logits: "last" }), expected.slice(-1024));
    await native.dispose();
  }
});

test.each([
  ["a method that is not there", "no_such_method", /no_such_method is not there/],
  ["a method that is no decoder", "get_vocab_size", /get_vocab_size takes 0 inputs/],
])("%s is refused, saying so", async (_name, method, words) => {
  const loading = adapter.load(await tinyExecutorchModel("plain"), nodeContext(), { threads: 1, frameworkOptions: { method } });
  await expect(loading).rejects.toMatchObject({ code: "unsupported-format", message: expect.stringMatching(words) });
});

function expectClose(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  const furthest = found.reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? Number.NaN))), 0);
  expect(furthest).toBeLessThan(1e-3);
}
