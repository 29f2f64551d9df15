import { createRandom } from "@tenfold/tooling/soak";
import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf } from "../../../test/model-files.ts";
import { detectFormat } from "../formats.ts";
import { validateMlc } from "./validate.ts";

const tensor = (name: string, byteOffset: number, more: object = {}) => ({
  name,
  shape: [2, 4],
  dtype: "float16",
  format: "raw",
  nbytes: 16,
  byteOffset,
  ...more,
});
const shard = (more: object = {}) => ({
  dataPath: "params_shard_0.bin",
  format: "raw-shard",
  nbytes: 32,
  records: [tensor("a", 0), tensor("b", 16)],
  md5sum: "d41d8cd98f00b204e9800998ecf8427e",
  ...more,
});
const chat = {
  model_type: "llama",
  quantization: "q4f16_1",
  context_window_size: 4096,
  vocab_size: 32_000,
  model_config: { hidden_size: 2048, num_hidden_layers: 22 },
};
const folder = (cache: unknown, { config = chat as object, bytes = 32, name = "ndarray-cache.json" } = {}) => [
  modelFile("m/mlc-chat-config.json", config),
  modelFile(`m/${name}`, typeof cache === "string" ? cache : (cache as object)),
  modelFile("m/params_shard_0.bin", new Uint8Array(bytes)),
];
const whole = { metadata: {}, records: [shard()] };

test.each(["ndarray-cache.json", "tensor-cache.json"])("accepts a folder with %s", async (name) => {
  const files = folder(whole, { name });
  expect((await detectFormat(files))?.format).toBe("mlc");
  expect(await validateMlc(files)).toEqual({
    format: "mlc",
    architecture: "llama",
    quantization: "q4f16_1",
    contextLength: 4096,
    vocabularySize: 32_000,
    embeddingLength: 2048,
    layerCount: 22,
  });
});

test("accepts floats that are stored in half their size", async () => {
  const record = tensor("a", 0, { dtype: "float32", format: "f32-to-bf16" });
  expect(await validateMlc(folder({ records: [shard({ records: [record] })] }))).toMatchObject({ format: "mlc" });
});

test.each([
  ["no shards", { records: [] }, "lists no shards"],
  ["a list", "[]", "not a JSON object"],
  ["an empty file", "", "not JSON"],
  ["a shard without a path", { records: [{}] }, "no dataPath"],
  ["a shard out of the folder", { records: [shard({ dataPath: "../a.bin" })] }, "no file of the folder"],
  ["a shard that is not there", { records: [shard({ dataPath: "params_shard_1.bin" })] }, "is not there"],
  ["a shard twice", { records: [shard(), shard()] }, "listed twice"],
  ["a shard of another size", { records: [shard({ nbytes: 64 })] }, "should have"],
  ["a digest that is none", { records: [shard({ md5sum: "x" })] }, "no proper md5sum"],
  ["a shard without tensors", { records: [shard({ records: null })] }, "lists no tensors"],
  ["a tensor without a name", { records: [shard({ records: [{}] })] }, "has no name"],
  ["a tensor twice", { records: [shard({ records: [tensor("a", 0), tensor("a", 16)] })] }, "occurs twice"],
  ["a tensor of an unknown type", { records: [shard({ records: [tensor("a", 0, { dtype: "x" })] })] }, "unknown type"],
  ["a negative length", { records: [shard({ records: [tensor("a", 0, { shape: [-1, -8] })] })] }, "impossible shape"],
  ["a tensor of another size", { records: [shard({ records: [tensor("a", 0, { nbytes: 8 })] })] }, "needs 16 bytes"],
  ["tensors that overlap", { records: [shard({ records: [tensor("a", 0), tensor("b", 8)] })] }, "expected 16"],
  ["a tensor beyond its shard", { records: [shard({ records: [tensor("a", 0), tensor("b", 16), tensor("c", 32)] })] }, "beyond the 32 bytes"],
  ["deep lists", `{"records":${"[".repeat(9000)}${"]".repeat(9000)}}`, "nested more than"],
])("refuses a cache with %s", async (_, cache, message) => {
  expect(await refusalOf(validateMlc(folder(cache)))).toContain(message);
});

test("refuses a folder without its parts, and a configuration with words for numbers", async () => {
  expect(await refusalOf(validateMlc([]))).toContain("0 mlc-chat-config.json");
  expect(await refusalOf(validateMlc(folder(whole).slice(0, 1)))).toContain("neither");
  expect(await refusalOf(validateMlc(folder(whole, { config: { context_window_size: "long" } })))).toContain("contextLength");
  expect(await refusalOf(validateMlc(folder(whole, { bytes: 31 })))).toContain("has 31 bytes");
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const random = createRandom(7);
  const original = Uint8Array.from(Buffer.from(JSON.stringify(whole)));
  const { refused } = await fuzz({
    original,
    mostReadBytes: 2 * original.length,
    validate({ sizeBytes, read }) {
      const [config, , data] = folder(whole);
      if (!config || !data) throw new Error("the folder is empty");
      const bytes = random(8) === 0 ? random(64) : 32;
      return validateMlc([config, { path: "m/ndarray-cache.json", sizeBytes, read }, { ...data, sizeBytes: bytes }]);
    },
  });
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});
