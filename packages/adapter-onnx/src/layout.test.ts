import { expect, test } from "vitest";
import type { ValueInfo } from "./binding.ts";
import { readLayout } from "./layout.ts";
import type { ModelFiles } from "./model-files.ts";

const value = (name: string, type: string, ...shape: (number | string)[]): ValueInfo => ({ name, type, shape });
const files = (config: Record<string, unknown> = {}): ModelFiles => ({
  graph: { path: "model.onnx", sizeBytes: 0, read: async () => new Uint8Array(0) },
  weights: [],
  config,
  genai: {},
  pooling: {},
});
const tokens = value("input_ids", "int64", "batch_size", "sequence_length");
const logits = value("logits", "float32", "batch_size", "sequence_length", 100);
const past = (name: string, ...shape: (number | string)[]) => value(name, "float16", ...shape);

test.each([
  ["past_key_values.0.key", "present.0.key"],
  ["past_key_values.0.value", "present.0.value"],
  ["past_key_0", "present_key_0"],
  ["past_key_values.0.decoder.key", "present.0.decoder.key"],
])("%s comes back as %s", (name, present) => {
  const layout = readLayout({ inputs: [tokens, past(name, 1, 2, "past", 32)], outputs: [logits, past(present, 1, 2, "total", 32)] }, files(), 0);
  expect(layout).toMatchObject({ kind: "decoder", vocabularySize: 100, caches: [{ past: name, present, type: "float16", heads: 2, headSize: 32 }] });
});

test("an input with a value of its own is used where it is known, and left alone where it is not", () => {
  const optional = (name: string): ValueInfo => ({ ...value(name, "int64"), optional: true });
  expect(readLayout({ inputs: [tokens, optional("num_logits_to_keep"), optional("weight")], outputs: [logits] }, files(), 0)).toMatchObject({
    keepsLastLogits: true,
    inputs: [{ role: "tokens" }, { role: "logits-to-keep" }],
  });
});

test("shapes that the graph leaves open are those of config.json", () => {
  const open = {
    inputs: [tokens, past("past_key_values.0.key", 1, "heads", "past", "size")],
    outputs: [logits, past("present.0.key", 1, "heads", "total", "size")],
  };
  const config = { num_attention_heads: 8, num_key_value_heads: 2, hidden_size: 256 };
  expect(readLayout(open, files(config), 0)).toMatchObject({ caches: [{ heads: 2, headSize: 32 }] });
  expect(() => readLayout(open, files(), 0)).toThrow(/how many heads of what size/);
});

test.each<[string, readonly ValueInfo[], readonly ValueInfo[], RegExp]>([
  ["takes no tokens", [value("pixel_values", "float32", 1)], [logits], /pixel_values/],
  ["wants what an encoder gives", [tokens, value("encoder_hidden_states", "float32", 1)], [logits], /encoder_hidden_states/],
  ["gives no cache back", [tokens, past("past_key_values.0.key", 1, 2, "p", 32)], [logits], /gives nothing back/],
  ["has a cache and no logits", [tokens, past("past_key_values.0.key", 1, 2, "p", 32)], [], /no output logits/],
  ["has a cache of whole numbers", [tokens, value("past_key_values.0.key", "int8", 1, 2, "p", 32)], [logits, past("present.0.key")], /KV cache of int8/],
  ["gives nothing that is known", [tokens], [value("score", "float32", 1)], /neither logits nor vectors/],
  ["takes tokens as floats", [value("input_ids", "float32", 1)], [logits], /input_ids as float32/],
])("a graph that %s is refused", (_what, inputs, outputs, words) => {
  expect(() => readLayout({ inputs, outputs }, files(), 0)).toThrow(words);
});

test("a graph with vectors of tokens embeds, and one that pools says so", () => {
  expect(readLayout({ inputs: [tokens], outputs: [value("last_hidden_state", "float32", "b", "s", 384)] }, files(), 0)).toMatchObject({
    kind: "encoder",
    pooled: false,
  });
  expect(readLayout({ inputs: [tokens], outputs: [value("sentence_embedding", "float32", "b", 384)] }, files(), 0)).toMatchObject({
    kind: "encoder",
    pooled: true,
  });
});
