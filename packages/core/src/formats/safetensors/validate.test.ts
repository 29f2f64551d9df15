import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { detectFormat } from "../formats.ts";
import { validateSafetensors } from "./validate.ts";

type Entries = Record<string, unknown>;

/** A file with this header, or header text, and so many bytes of data. */
function safetensors(header: Entries | string, dataBytes: number): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Uint8Array.from(Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
}
const tensor = (dtype: string, shape: unknown[], start: number, end: number) => ({ dtype, shape, data_offsets: [start, end] });
const one = { weight: tensor("F32", [2, 3], 0, 24) };
const refusal = (bytes: Uint8Array) => refusalOf(validateSafetensors([modelFile("model.safetensors", bytes)]));

test("accepts tenfold-tiny and reads what its config says", async () => {
  const files = tinyModelFiles("hf", [
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
  ]);
  expect((await detectFormat(files))?.format).toBe("safetensors");
  const metadata = await validateSafetensors(files);
  expect(metadata).toMatchObject({
    format: "safetensors",
    architecture: "llama",
    quantization: "F16",
    contextLength: 512,
    embeddingLength: 128,
    layerCount: 5,
    vocabularySize: 1024,
  });
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
  expect(metadata.chatTemplate).toContain("<|im_start|>");
  const withoutJinja = await validateSafetensors(files.filter((file) => !file.path.endsWith(".jinja")));
  expect(withoutJinja.chatTemplate).toContain("<|im_start|>");
});

test("accepts a file without a config", async () => {
  expect(await validateSafetensors([modelFile("model.safetensors", safetensors(one, 24))])).toEqual({
    format: "safetensors",
    quantization: "F32",
    parameterCount: 6,
  });
});

test("counts the weights that MLX packs", async () => {
  const header = {
    "a.weight": tensor("U32", [4, 8], 0, 128),
    "a.scales": tensor("F16", [4, 1], 128, 136),
    "a.biases": tensor("F16", [4, 1], 136, 144),
    "b.weight": tensor("U32", [4, 8], 144, 272),
    "b.scales": tensor("F16", [4, 1], 272, 280),
    "norm.weight": tensor("F16", [4], 280, 288),
  };
  const config = { model_type: "qwen3", quantization: { group_size: 64, bits: 4, b: { group_size: 64, bits: 8 } } };
  const metadata = await validateSafetensors([modelFile("m/config.json", config), modelFile("m/model.safetensors", safetensors(header, 288))]);
  expect(metadata).toMatchObject({ architecture: "qwen3", quantization: "4-bit", parameterCount: 256 + 128 + 4 });
});

test("reads the configuration of the text part of a larger model", async () => {
  const config = { model_type: "gemma3", text_config: { num_hidden_layers: 26, max_position_embeddings: 32_768 } };
  const files = [modelFile("config.json", config), modelFile("model.safetensors", safetensors(one, 24))];
  expect(await validateSafetensors(files)).toMatchObject({ architecture: "gemma3", layerCount: 26, contextLength: 32_768 });
});

const shards = (index: unknown) => [
  modelFile("model-00001-of-00002.safetensors", safetensors({ a: tensor("F16", [4], 0, 8) }, 8)),
  modelFile("model-00002-of-00002.safetensors", safetensors({ b: tensor("F16", [4], 0, 8) }, 8)),
  ...(index ? [modelFile("model.safetensors.index.json", index)] : []),
];
const wholeMap = { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" };

test("accepts parts that match their index, or that are all there", async () => {
  expect(await validateSafetensors(shards({ weight_map: wholeMap }))).toMatchObject({ parameterCount: 8 });
  expect(await validateSafetensors(shards(undefined))).toMatchObject({ parameterCount: 8 });
});

test.each([
  ["a part that is missing", { weight_map: { ...wholeMap, c: "model-00003-of-00003.safetensors" } }, "is not there"],
  ["a tensor that no part holds", { weight_map: { ...wholeMap, c: wholeMap.a } }, 'the tensor "c" is not in'],
  ["a tensor that the index leaves out", { weight_map: { a: wholeMap.a, c: wholeMap.b } }, "is not in"],
  ["a path out of the folder", { weight_map: { a: "../model.safetensors" } }, "in no file of this folder"],
  ["no map", {}, "no weight_map"],
  ["an empty map", { weight_map: {} }, "is empty"],
])("refuses an index with %s", async (_, index, message) => {
  expect(await refusalOf(validateSafetensors(shards(index)))).toContain(message);
});

test("refuses parts of which one is missing, and a tensor in two files", async () => {
  expect(await refusalOf(validateSafetensors(shards(undefined).slice(1)))).toContain("model-00001-of-00002.safetensors of 2 is not there");
  const twice = ["model-a.safetensors", "model-b.safetensors"].map((path) => modelFile(path, safetensors(one, 24)));
  expect(await refusalOf(validateSafetensors(twice))).toContain("in two files");
});

test.each([
  ["an empty file", new Uint8Array(0), "truncated"],
  ["a header that reaches beyond the file", safetensors(one, 24).subarray(0, 20), "truncated"],
  ["data that are cut off", safetensors(one, 20), "4 are missing"],
  ["bytes that belong to nothing", safetensors(one, 25), "1 bytes at its end"],
  ["a huge header", Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0, 123]), "claims 4294967296 bytes"],
  ["a header that is not JSON", safetensors("{]", 0), "not JSON"],
  ["a header that is not UTF-8", Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]), "not UTF-8"],
  ["a header that is a list", safetensors("[]", 0), "not a JSON object"],
  ["no tensors", safetensors({ __metadata__: { format: "pt" } }, 0), "no tensors"],
  [
    "a name that occurs twice",
    safetensors('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    "occurs twice",
  ],
  ["a header nested deeply", safetensors(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 0), "nested more than"],
  ["an unknown type", safetensors({ a: tensor("F128", [1], 0, 16) }, 16), 'unknown type "F128"'],
  ["a negative dimension", safetensors({ a: tensor("F32", [-1, -6], 0, 24) }, 24), "no shape"],
  ["dimensions that overflow", safetensors({ a: tensor("F32", [2 ** 40, 2 ** 40], 0, 24) }, 24), "cannot be"],
  ["a size that does not fit the shape", safetensors({ a: tensor("F32", [2], 0, 24) }, 24), "needs 8 bytes"],
  ["half a byte", safetensors({ a: tensor("F4", [3], 0, 2) }, 2), "cannot be"],
  ["one offset", safetensors({ a: { dtype: "U8", shape: [1], data_offsets: [0] } }, 1), "no pair"],
  ["tensors that overlap", safetensors({ a: tensor("U8", [4], 0, 4), b: tensor("U8", [4], 2, 6) }, 6), "overlaps"],
  ["a hole", safetensors({ a: tensor("U8", [4], 0, 4), b: tensor("U8", [4], 6, 10) }, 10), "leaves 2 bytes unused"],
  ["a tensor that is no object", safetensors({ a: 1 }, 0), "not described"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusal(bytes)).toContain(message);
});

test.each([
  ["a context length in words", { max_position_embeddings: "many" }, "max_position_embeddings"],
  ["no layers", { num_hidden_layers: 0 }, "num_hidden_layers"],
  ["a quantization of 99 bits", { quantization: { bits: 99 } }, "99 bits"],
])("refuses a config with %s", async (_, config, message) => {
  expect(await refusalOf(validateSafetensors([modelFile("config.json", config), modelFile("model.safetensors", safetensors(one, 24))]))).toContain(message);
});

test("stops when told to", async () => {
  const reason = new Error("enough");
  await expect(validateSafetensors([modelFile("model.safetensors", safetensors(one, 24))], AbortSignal.abort(reason))).rejects.toBe(reason);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const whole = tinyModelBytes("lora/peft/adapter_model.safetensors");
  const headBytes = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
  const original = safetensors({ a: tensor("F16", [2, 4], 0, 16), b: tensor("U8", [8], 16, 24), __metadata__: { format: "pt" } }, 24);
  for (const sample of [original, whole.subarray(0, headBytes)]) {
    const outcomes = await fuzz({
      original: sample,
      structure: [0, 4],
      mostReadBytes: 2 * sample.length + 16,
      validate: ({ sizeBytes, read }) => validateSafetensors([{ path: "model.safetensors", sizeBytes, read }]),
    });
    expect(outcomes.refused).toBeGreaterThan(fuzzRounds / 2);
  }
});
