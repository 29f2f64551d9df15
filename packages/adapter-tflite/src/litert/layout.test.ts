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

test("names, lengths and sizes are read from the signatures", () => {
  const layout = readLayout("tiny", { signatures: [signature("prefill_16", 16), decode, signature("prefill_64", 64)] });
  expect(layout).toMatchObject({ tokens: "tokens", positions: "input_pos", logits: "logits", contextSize: 512, vocabularySize: 600 });
  expect(layout.prefill.map(({ tokens }) => tokens)).toEqual([64, 16]);
});

test.each([
  ["no signature that decodes", [signature("serving_default", 1)], "has no signature called decode, only serving_default"],
  ["no cache", [{ ...decode, inputs: decode.inputs.slice(0, 2) }], "keeps no KV cache"],
  ["no tokens", [{ ...decode, inputs: decode.inputs.slice(1) }], "has no input for tokens"],
  ["no positions", [{ ...decode, inputs: decode.inputs.filter(({ name }) => name !== "input_pos") }], "has no input for positions"],
  ["an input that is not known", [{ ...decode, inputs: [...decode.inputs, tensor("mask", [1, 512])] }], "wants an input called mask"],
  [
    "a cache of another size coming back",
    [{ ...decode, outputs: [tensor("logits", [1, 1, 600]), tensor("kv_cache_k_0", [1, 2, 256, 32])] }],
    "does not give the cache",
  ],
  ["no logits", [{ ...decode, outputs: cache }], "gives no logits"],
])("a model with %s is refused, and told what it lacks", (_, signatures, message) => {
  expect(() => readLayout("tiny", { signatures })).toThrow(expect.objectContaining({ code: "unsupported-format", message: expect.stringContaining(message) }));
});
