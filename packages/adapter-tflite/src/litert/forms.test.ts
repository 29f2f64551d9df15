import { tinyReference } from "@tenfold/adapter-testkit/models";
import type { LogitsModel } from "@tenfold/generation/loop";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelInLiteRtLm, plainModel } from "../../test/litert-forms.ts";
import type { NativeModel } from "./binding.ts";
import { readLayout } from "./layout.ts";
import { createNodeBinding } from "./node-binding.ts";
import { createPlainSequence } from "./plain-sequence.ts";
import { createSequence } from "./sequence.ts";

const binding = createNodeBinding();
const { nextTask } = binding;
let [masked, plain]: [NativeModel?, NativeModel?] = [];
beforeAll(async () => {
  const library = await binding.open();
  masked = await library.load({ read: modelInLiteRtLm });
  plain = await library.load({ read: plainModel });
});
afterAll(() => {
  masked?.delete();
  plain?.delete();
});

const only = (native: NativeModel | undefined, ...names: readonly string[]): NativeModel => {
  if (!native) throw new Error("The model was not loaded.");
  return { ...native, createTensor: native.createTensor, signatures: native.signatures.filter(({ name }) => names.includes(name)) };
};

function open(native: NativeModel): LogitsModel {
  const layout = readLayout("tiny", native);
  const common = { native, contextSize: layout.contextSize, nextTask };
  return layout.kind === "plain" ? createPlainSequence({ ...common, layout }) : createSequence({ ...common, layout });
}

const best = (row: Float32Array) => row.reduce((most, value, index) => (value > (row[most] ?? 0) ? index : most), 0);

/** Greedy tokens after a prompt, as many as the reference has. */
async function answer(sequence: LogitsModel, prompt: readonly number[], count: number): Promise<number[]> {
  await sequence.truncate(0);
  let row = await sequence.forward(Int32Array.from(prompt), { logits: "last" });
  const tokens = [best(row)];
  while (tokens.length < count) {
    row = await sequence.forward(Int32Array.of(tokens.at(-1) ?? 0), { logits: "last" });
    tokens.push(best(row));
  }
  return tokens;
}

const forms: [name: string, native: () => NativeModel, context: number][] = [
  ["with a mask as an input", () => only(masked, "prefill_64", "decode"), 512],
  ["with a mask, and no signature for several tokens", () => only(masked, "decode"), 512],
  ["without a cache", () => only(plain, "forward"), 160],
  ["without a cache, for two lengths", () => only(plain, "forward_short", "forward"), 160],
  ["without a cache, told what is padding", () => only(plain, "forward_padding"), 160],
  ["without a cache, with a mask as an input", () => only(plain, "forward_mask"), 160],
];

const prompts = fullTests ? 6 : 2;

test.each(forms)("a model %s gives the tokens of the reference", { timeout: 120_000 }, async (_, native, context) => {
  const sequence = open(native());
  expect(sequence.contextSize).toBe(context);
  const short = (await tinyReference()).prompts.filter(({ outputTokens }) => outputTokens.length <= 16).slice(0, prompts);
  expect(short.length).toBe(prompts);
  for (const { promptTokens, outputTokens } of short) expect(await answer(sequence, promptTokens, outputTokens.length)).toEqual(outputTokens);
  await sequence.dispose();
});

test("without a cache, the logits of all tokens are those of each as the last; what was cut off has no part in them", async () => {
  const sequence = open(only(plain, "forward"));
  const tokens = Int32Array.from((await tinyReference()).prompts[0]?.promptTokens ?? []);
  const all = (await sequence.forward(tokens, { logits: "all" })).slice();
  const size = sequence.vocabularySize;
  for (const length of [1, 3, tokens.length]) {
    await sequence.truncate(0);
    await sequence.forward(tokens.subarray(0, length - 1), { logits: "none" });
    const last = await sequence.forward(tokens.subarray(length - 1, length), { logits: "last" });
    expect(last.every((value, index) => Math.abs(value - (all[(length - 1) * size + index] ?? 0)) < 1e-3)).toBe(true);
  }
  await expect(sequence.forward(new Int32Array(200), { logits: "last" })).rejects.toMatchObject({ code: "context-overflow" });
});

test("a model that gives logits of the last token alone cannot be padded, and is told so", () => {
  expect(() => open(only(plain, "forward_last"))).toThrow(
    expect.objectContaining({ code: "unsupported-format", message: expect.stringContaining("logits of all 160 tokens") }),
  );
});
