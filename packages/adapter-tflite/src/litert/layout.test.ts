import { expect, test } from "vitest";
import type { NativeSignature, TensorDetails } from "./binding.ts";
import { readLayout } from "./layout.ts";

const tensor = (name: string, shape: readonly number[], type: TensorDetails["type"] = "float32"): TensorDetails => ({ name, type, shape });
const cache = [tensor("kv_cache_k_0", [1, 2, 512, 32]), tensor("kv_cache_v_0", [1, 2, 512, 32])];
const signature = (name: string, tokens: number, changes: Partial<NativeSignature> = {}): NativeSignature => ({
  name,
  inputs: [tensor("tokens", [1, tokens], "int32"), tensor("input_pos", [tokens], "int32"), ...cache],
  outputs: [...(name === "decode" ? [tensor("logits", [1, 1, 600])] : []), ...cache],
  run: () => Promise.reject(new Error("not run here")),
  ...changes,
});
const decode = signature("decode", 1);

const plain = (name: string, tokens: number): NativeSignature => ({
  name,
  inputs: [tensor("args_0", [1, tokens], "int32")],
  outputs: [tensor("output_0", [1, tokens, 600])],
  run: () => Promise.reject(new Error("not run here")),
});

test("a model without a cache is read by shapes where its names say nothing, its shortest form first", () => {
  expect(readLayout("tiny", { signatures: [plain("long", 128), plain("short", 32)] })).toMatchObject({
    ...{ kind: "plain", logits: "output_0", vocabularySize: 600, contextSize: 128 },
    forms: [{ length: 32 }, { length: 128 }],
  });
});

test("names, lengths and sizes are read from the signatures", () => {
  const layout = readLayout("tiny", { signatures: [signature("prefill_16", 16), decode, signature("prefill_64", 64)] });
  expect(layout).toMatchObject({ tokens: "tokens", positions: "input_pos", logits: "logits", contextSize: 512, vocabularySize: 600 });
  expect(layout.kind === "cached" && layout.prefill.map(({ tokens }) => tokens)).toEqual([64, 16]);
});

test.each([
  ["no signature", [], "has no signature"],
  ["a cache that is only filled", [signature("prefill_16", 16)], "no signature that takes one token: only prefill_16"],
  ["one token and no cache", [{ ...plain("serving_default", 16), inputs: [tensor("tokens", [1, 1], "int32")] }], "takes one token, or no fixed number"],
  ["tokens in floats", [{ ...plain("serving_default", 16), inputs: [tensor("x", [1, 16])] }], "no signature called decode, only serving_default"],
  ["logits of the last token", [{ ...plain("forward", 16), outputs: [tensor("logits", [1, 600])] }], "logits of all 16 tokens"],
  ["a mask of another size", [{ ...plain("forward", 16), inputs: [tensor("tokens", [1, 16], "int32"), tensor("mask", [1, 3])] }], "a mask of 1 × 3"],
  ["no cache", [{ ...decode, inputs: decode.inputs.slice(0, 2) }], "keeps no KV cache"],
  ["no tokens", [{ ...decode, inputs: decode.inputs.slice(1) }], "has no input for tokens"],
  ["no positions", [{ ...decode, inputs: decode.inputs.filter(({ name }) => name !== "input_pos") }], "has no input for positions"],
  ["an input that is not known", [{ ...decode, inputs: [...decode.inputs, tensor("embeddings", [1, 512])] }], "wants an input called embeddings"],
  ["a mask of integers", [{ ...decode, inputs: [...decode.inputs, tensor("mask", [1, 512], "int32")] }], "wants a mask of 1 × 512 as int32"],
  [
    "a cache of another size coming back",
    [{ ...decode, outputs: [tensor("logits", [1, 1, 600]), tensor("kv_cache_k_0", [1, 2, 256, 32])] }],
    "does not give the cache",
  ],
  ["no logits", [{ ...decode, outputs: cache }], "gives no logits"],
])("a model with %s is refused, and told what it lacks", (_, signatures, message) => {
  expect(() => readLayout("tiny", { signatures })).toThrow(expect.objectContaining({ code: "unsupported-format", message: expect.stringContaining(message) }));
});
