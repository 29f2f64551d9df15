import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { TenfoldError } from "@tenfold/catalog";
import { need } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { expect, test } from "vitest";
import type { ByteSource } from "./byte-source.ts";
import { readGguf } from "./reader.ts";
import { validateGguf } from "./validate.ts";

const folder = new URL("../../../../adapter-testkit/models/tenfold-tiny/", import.meta.url);
const fileOf = (path: string) => readFileSync(new URL(path, folder));
const tiny = fileOf("gguf/tenfold-tiny-q8_0.gguf");

const sourceOf = (bytes: Uint8Array): ByteSource => ({ sizeBytes: bytes.length, read: async ({ start, end }) => bytes.subarray(start, end) });

/** A copy whose bytes after a key's type, or any other place, are replaced. */
function patched(key: string, bytes: Uint8Array, { skip = 4 } = {}): Uint8Array {
  const copy = Buffer.from(tiny);
  const at = copy.indexOf(key);
  if (at < 0) throw new Error(`${key} is not in the file`);
  copy.set(bytes, at + Buffer.byteLength(key) + skip);
  return copy;
}
const u32 = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
const f32 = (value: number) => new Uint8Array(new Float32Array([value]).buffer);

test.each(["f32", "f16", "q8_0", "q4_0", "q4_1"])("accepts tenfold-tiny in %s", async (variant) => {
  const metadata = await validateGguf(sourceOf(fileOf(`gguf/tenfold-tiny-${variant}.gguf`)));
  expect(metadata).toMatchObject({ format: "gguf", architecture: "llama", name: "Tenfold Tiny", contextLength: 512, vocabularySize: 1024 });
  expect(metadata.quantization?.toLowerCase()).toBe(variant);
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
  expect(metadata.chatTemplate).toContain("<|im_start|>");
});

test("accepts an encoder", async () => {
  expect(await validateGguf(sourceOf(fileOf("encoder/tenfold-tiny-encoder-f16.gguf")))).toMatchObject({ architecture: "bert", quantization: "F16" });
});

test("accepts SmolLM2 and reads a few percent of it", async (context) => {
  const { path, reason } = await smollm2();
  need(context, "smollm2", path !== undefined, reason ?? "");
  const file = await open(path ?? "");
  try {
    let readBytes = 0;
    const source: ByteSource = {
      sizeBytes: (await file.stat()).size,
      async read({ start, end }) {
        const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
        readBytes += bytesRead;
        return buffer.subarray(0, bytesRead);
      },
    };
    expect(await validateGguf(source)).toMatchObject({
      architecture: "llama",
      layerCount: 30,
      contextLength: 8192,
      embeddingLength: 576,
      vocabularySize: 49152,
      quantization: "Q4_1",
    });
    expect(readBytes).toBeLessThan(source.sizeBytes / 20);
  } finally {
    await file.close();
  }
});

async function refusal(bytes: Uint8Array): Promise<string> {
  const error = await validateGguf(sourceOf(bytes)).catch((reason: unknown) => reason);
  if (!TenfoldError.is(error, "invalid-format")) throw new Error(`expected invalid-format, got ${String(error)}`);
  return error.message;
}

const hostileMetadata: [string, Uint8Array, string][] = [
  ["no attention heads", patched("llama.attention.head_count", u32(0)), "llama.attention.head_count is 0"],
  ["heads that do not divide", patched("llama.attention.head_count_kv", u32(3)), "does not divide"],
  ["no key-value heads", patched("llama.attention.head_count_kv", u32(0)), "head_count_kv is 0"],
  ["no layers", patched("llama.block_count", u32(0)), "llama.block_count is 0"],
  ["2^32 - 1 layers", patched("llama.block_count", u32(2 ** 32 - 1)), "llama.block_count"],
  ["more layers than tensors for them", patched("llama.block_count", u32(6)), "blk.5.attn_norm.weight"],
  ["no context", patched("llama.context_length", u32(0)), "llama.context_length is 0"],
  ["another width", patched("llama.embedding_length", u32(256)), "token_embd.weight"],
  ["a key length of 0", patched("llama.attention.key_length", u32(0)), "key_length is 0"],
  ["a key length that the tensors do not have", patched("llama.attention.key_length", u32(16)), "attn_q.weight"],
  ["another feed-forward length", patched("llama.feed_forward_length", u32(512)), "ffn_gate.weight"],
  ["a rotary base of NaN", patched("llama.rope.freq_base", f32(Number.NaN)), "rope.freq_base is NaN"],
  ["an epsilon of infinity", patched("llama.attention.layer_norm_rms_epsilon", f32(Number.POSITIVE_INFINITY)), "layer_norm_rms_epsilon is Infinity"],
  ["an end token outside the vocabulary", patched("tokenizer.ggml.eos_token_id", u32(1024)), "eos_token_id is 1024"],
  ["an architecture that is not a name", patched("general.architecture", new TextEncoder().encode("l/ama"), { skip: 12 }), "general.architecture is"],
  ["an architecture that it has no keys of", patched("general.architecture", new TextEncoder().encode("qwen2"), { skip: 12 }), "qwen2.block_count is missing"],
  ["a renamed key", patched("general.architectur", new TextEncoder().encode("X"), { skip: 0 }), "general.architecture is missing"],
  ["a missing tensor", patched("blk.0.attn_", new TextEncoder().encode("X"), { skip: 0 }), "is missing"],
  ["an adapter", fileOf("lora/tenfold-tiny-pirate-lora-f16.gguf"), "part of a model"],
];

test.each(hostileMetadata)("refuses %s", async (_, bytes, message) => {
  expect(await refusal(bytes)).toContain(message);
});

test("refuses token lists of the wrong type, which loaders read without looking", async () => {
  // The element type follows the array's own; 6 is float32, which is as long.
  const typed = patched("tokenizer.ggml.token_type", u32(6));
  expect(await refusal(typed)).toContain("tokenizer.ggml.token_type holds values of type float32, expected int32 or uint32");
});

test("refuses a token that occurs twice", async () => {
  const gguf = await readGguf(sourceOf(tiny));
  const tokens = (await gguf.array("tokenizer.ggml.tokens")) as string[];
  const single = tokens.map((token, id) => ({ token, id })).filter(({ token }) => /^[a-z]$/.test(token));
  const [first, second] = single;
  const copy = Buffer.from(tiny);
  const offset = copy.indexOf(
    Buffer.concat([new Uint8Array(new BigUint64Array([1n]).buffer), Buffer.from(second?.token ?? "")]),
    gguf.arrayInfo("tokenizer.ggml.tokens")?.offset,
  );
  copy.write(first?.token ?? "", offset + 8);
  expect(await refusal(copy)).toContain(`the tokens ${first?.id} and ${second?.id} are the same`);
});

test("refuses a version that loaders no longer accept, and a file without tensors", async () => {
  const version1 = Buffer.concat([Buffer.from("GGUF"), u32(1), u32(0), u32(0)]);
  expect(await refusal(version1)).toContain("version is 1");
  const empty = Buffer.from(tiny);
  empty.writeBigUInt64LE(0n, 8);
  expect(await refusal(empty)).toContain("no tensors");
});

test("refuses a part of a split model", async () => {
  const copy = patched("general.quantization_version", u32(3));
  const key = "general.quantization_version";
  const at = Buffer.from(copy).indexOf(key);
  const renamed = Buffer.concat([
    copy.subarray(0, at - 8),
    new Uint8Array(new BigUint64Array([11n]).buffer),
    Buffer.from("split.count"),
    copy.subarray(at + key.length),
  ]);
  expect(await refusal(renamed)).toContain("one of 3 parts");
});

test("refuses weights that are not numbers", async () => {
  const gguf = await readGguf(sourceOf(tiny));
  const norm = gguf.tensors.find(({ name }) => name === "output_norm.weight");
  const copy = Buffer.from(tiny);
  copy.set(f32(Number.NaN), gguf.dataOffset + (norm?.offset ?? 0) + 8);
  expect(await refusal(copy)).toContain('"output_norm.weight" holds NaN');
});

test("refuses tensors that overlap, are not aligned or lie outside", async () => {
  const gguf = await readGguf(sourceOf(tiny));
  const [, second] = gguf.tensors;
  const at = (name: string) => tiny.indexOf(name) + name.length + 4 + 8 * (second?.shape.length ?? 0) + 4;
  const moved = (offset: number) => {
    const copy = Buffer.from(tiny);
    copy.writeBigUInt64LE(BigInt(offset), at(second?.name ?? ""));
    return copy;
  };
  expect(await refusal(moved(0))).toContain("overlap");
  expect(await refusal(moved((second?.offset ?? 0) + 1))).toContain("no multiple of the alignment 32");
  expect(await refusal(moved(2 ** 40))).toContain("truncated");
});

test("says how many bytes a truncated file lacks, wherever it ends", async () => {
  expect(await refusal(tiny.subarray(0, tiny.length - 40))).toMatch(/\d+ are missing/);
  for (let length = 0; length < tiny.length; length += 997) expect(await refusal(tiny.subarray(0, length))).toMatch(/truncated|empty/);
});
