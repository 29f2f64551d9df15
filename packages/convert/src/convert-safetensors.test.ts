import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyVariants } from "@tenfold/adapter-testkit/models";
import { validateModel } from "@tenfold/core/formats";
import { readGguf } from "@tenfold/core/gguf";
import { createTokenizer } from "@tenfold/tokenizers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { convertFile, fileAt } from "../test/convert-file.ts";
import { tinyPath, writeSeededModel } from "../test/seeded-model.ts";
import { dequantizeBlocks, unpackBlocks } from "./blocks/block-layout.ts";
import { blockLayouts } from "./blocks/block-layouts.ts";
import { fromFloat16 } from "./blocks/float16.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-convert-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Written {
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** All tensors of the safetensors files of a folder. */
async function readBack(path: string): Promise<Map<string, Written>> {
  const tensors = new Map<string, Written>();
  for (const name of (await readdir(path)).filter((file) => file.endsWith(".safetensors"))) {
    const bytes = await readFile(join(path, name));
    const headerBytes = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes)) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
    for (const [tensor, { dtype, shape, data_offsets: [start, end] = [0, 0] }] of Object.entries(header)) {
      if (tensor !== "__metadata__")
        tensors.set(tensor, { dtype, shape, bytes: Uint8Array.from(bytes.subarray(8 + headerBytes + start, 8 + headerBytes + end)) });
    }
  }
  return tensors;
}

const floatsOf = ({ dtype, bytes }: Written) =>
  dtype === "F32"
    ? new Float32Array(bytes.buffer)
    : Float32Array.from(
        new Uint16Array(bytes.buffer),
        dtype === "F16" ? fromFloat16 : (bits) => new Float32Array(new Uint32Array([bits << 16]).buffer)[0] as number,
      );

/** A tensor of a GGUF file in the order that it has there. */
async function tensorOf(path: string, name: string): Promise<Float32Array> {
  const file = await fileAt(path);
  const gguf = await readGguf(file);
  const tensor = gguf.tensors.find((found) => found.name === name);
  if (!tensor) throw new Error(`there is no ${name}`);
  const start = gguf.dataOffset + tensor.offset;
  const bytes = Uint8Array.from(await file.read({ start, end: start + tensor.sizeBytes }));
  const layout = blockLayouts.get(tensor.type);
  return layout ? dequantizeBlocks(layout, unpackBlocks(layout, bytes)) : floatsOf({ dtype: tensor.type, shape: [], bytes });
}

const hf = (name: string) => new URL(`../../adapter-testkit/models/tenfold-tiny/hf/${name}`, import.meta.url);
const parse = async (path: string | URL) => JSON.parse(await readFile(path, "utf8"));

describe("weights", () => {
  test.each(tinyVariants)("%s keeps every number", async (variant) => {
    const result = await convertFile(tinyPath(variant), join(folder, "out"), { to: "safetensors" });
    expect(result.lossless).toBe(true);
    const written = await readBack(join(folder, "out"));
    const same = {
      "model.embed_tokens.weight": "token_embd.weight",
      "model.norm.weight": "output_norm.weight",
      "model.layers.3.mlp.down_proj.weight": "blk.3.ffn_down.weight",
    };
    for (const [name, source] of Object.entries(same)) expect(floatsOf(written.get(name) as Written)).toEqual(await tensorOf(tinyPath(variant), source));
    const query = floatsOf(written.get("model.layers.1.self_attn.q_proj.weight") as Written);
    const permuted = await tensorOf(tinyPath(variant), "blk.1.attn_q.weight");
    // Row 16 + 3 of the second head is the fourth of its second half: row 2 × 3 + 1 there.
    expect(query.subarray((32 + 19) * 128, (32 + 20) * 128)).toEqual(permuted.subarray((32 + 7) * 128, (32 + 8) * 128));
    expect(written.size).toBe(2 + 5 * 9);
  });

  test("the F16 file gives back the folder that it was made from, tensor by tensor", async () => {
    await convertFile(tinyPath("f16"), join(folder, "out"), { to: "safetensors", type: "F16" });
    await writeOriginal(join(folder, "original"));
    const [written, original] = [await readBack(join(folder, "out")), await readBack(join(folder, "original"))];
    expect([...written.keys()].sort()).toEqual([...original.keys()].sort());
    for (const [name, tensor] of original) expect(written.get(name), name).toEqual(tensor);
  });

  test.each(["Q4_K", "Q6_K", "Q2_K"] as const)("%s becomes the 32-bit floats that it means; 16-bit floats are said to be rounded", async (type) => {
    const path = join(folder, "model.gguf");
    await writeSeededModel(path, { type, architecture: "qwen3", headNorms: true });
    expect(await convertFile(path, join(folder, "out"), { to: "safetensors" })).toMatchObject({ lossless: true });
    const query = floatsOf((await readBack(join(folder, "out"))).get("model.layers.0.self_attn.q_proj.weight") as Written);
    expect(query).toEqual(await tensorOf(path, "blk.0.attn_q.weight"));
    expect(await convertFile(path, join(folder, "half"), { to: "safetensors", type: "BF16" })).toMatchObject({ lossless: false });
  });

  test("large models are cut into files with an index, which core accepts", async () => {
    const { files } = await convertFile(tinyPath("f32"), join(folder, "out"), { to: "safetensors", shardBytes: 1_000_000 });
    const shards = files.filter(({ path }) => path.endsWith(".safetensors"));
    expect(shards.length).toBeGreaterThan(3);
    const index = await parse(join(folder, "out/model.safetensors.index.json"));
    expect(new Set(Object.values(index.weight_map))).toEqual(new Set(shards.map(({ path }) => path)));
    const all = await Promise.all(files.map(({ path }) => fileAt(join(folder, "out", path))));
    expect(await validateModel("safetensors", all)).toMatchObject({ architecture: "llama", contextLength: 512, vocabularySize: 1024 });
  });
});

describe("documents", () => {
  test("config.json and generation_config.json are those of the original", async () => {
    await convertFile(tinyPath("f16"), join(folder, "out"), { to: "safetensors" });
    const { initializer_range, ...config } = await parse(hf("config.json"));
    expect(await parse(join(folder, "out/config.json"))).toMatchObject({ ...config, bos_token_id: 0 });
    const { eos_token_id, ...generation } = await parse(hf("generation_config.json"));
    expect(await parse(join(folder, "out/generation_config.json"))).toMatchObject(generation);
  });

  test("tokenizer.json makes the tokens that the original does, with the same template and special tokens", async () => {
    await convertFile(tinyPath("q4_0"), join(folder, "out"), { to: "tokenizer.json" });
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["chat_template.jinja", "tokenizer.json", "tokenizer_config.json"]);
    const { added_tokens_decoder, chat_template, bos_token, eos_token, pad_token, model_max_length } = await parse(hf("tokenizer_config.json"));
    expect(await parse(join(folder, "out/tokenizer_config.json"))).toMatchObject({
      added_tokens_decoder,
      chat_template,
      bos_token,
      eos_token,
      pad_token,
      model_max_length,
    });
    const one = await createTokenizer([await fileAt(join(folder, "out/tokenizer.json"))]);
    const { model, added_tokens } = await parse(hf("tokenizer.json"));
    const written = await parse(join(folder, "out/tokenizer.json"));
    expect(written.model.vocab).toEqual(model.vocab);
    expect(written.added_tokens).toEqual(added_tokens);
    expect(one.decode(one.encode("Ünïcode 🤦 and 123"))).toBe("Ünïcode 🤦 and 123");
  });
});

/** A copy of the model's original weights in a folder by themselves. */
async function writeOriginal(path: string): Promise<void> {
  const { cp, mkdir } = await import("node:fs/promises");
  await mkdir(path);
  await cp(hf("model.safetensors"), join(path, "model.safetensors"));
}
