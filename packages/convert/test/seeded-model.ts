import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readGguf } from "@tenfold/core/gguf";
import { encodeGguf, type HeaderTensor, type HeaderValue } from "@tenfold/tooling/gguf-header";
import { createRandom } from "@tenfold/tooling/soak";
import { blockLayouts } from "../src/blocks/block-layouts.ts";
import { fileAt } from "./convert-file.ts";

export interface SeededModel {
  architecture?: "llama" | "qwen2" | "qwen3" | "gemma3";
  /** Of the matrices. */
  type?: HeaderTensor["type"];
  /** With a matrix of its own for output. */
  untied?: boolean;
  biases?: boolean;
  headNorms?: boolean;
  metadata?: Readonly<Record<string, HeaderValue>>;
  tensors?: readonly HeaderTensor[];
  /** Values of `rope_freqs.weight`, which is a tensor then. */
  rotaryFactors?: readonly number[];
}

export const tinyPath = (variant: string) =>
  fileURLToPath(new URL(`../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${variant}.gguf`, import.meta.url));

const [width, feedForward, layers, heads, headsKv, headLength] = [256, 512, 2, 4, 2, 64];

/** Writes a model of random weights, the same each time, with the tiny model's tokenizer. */
export async function writeSeededModel(path: string, model: SeededModel = {}): Promise<void> {
  const { architecture = "llama", type = "F32", untied, biases, headNorms, metadata = {}, tensors: more = [], rotaryFactors } = model;
  const tokenizer = await tinyTokenizer();
  const vocabulary = tokenizer.tokens.length;
  const key = (name: string) => `${architecture}.${name}`;
  const matrix = (name: string, columns: number, rows: number): HeaderTensor[] => [{ name: `${name}.weight`, shape: [columns, rows], type }];
  const list = (name: string, length: number): HeaderTensor => ({ name, shape: [length], type: "F32" });
  const projection = (name: string, columns: number, rows: number, bias: boolean | undefined) => [
    ...matrix(name, columns, rows),
    ...(bias ? [list(`${name}.bias`, rows)] : []),
  ];
  const tensors = [
    ...matrix("token_embd", width, vocabulary),
    ...Array.from({ length: layers }, (_, layer) => [
      list(`blk.${layer}.attn_norm.weight`, width),
      ...projection(`blk.${layer}.attn_q`, width, heads * headLength, biases),
      ...projection(`blk.${layer}.attn_k`, width, headsKv * headLength, biases),
      ...projection(`blk.${layer}.attn_v`, width, headsKv * headLength, biases),
      ...(headNorms ? [list(`blk.${layer}.attn_q_norm.weight`, headLength), list(`blk.${layer}.attn_k_norm.weight`, headLength)] : []),
      ...matrix(`blk.${layer}.attn_output`, heads * headLength, width),
      list(`blk.${layer}.ffn_norm.weight`, width),
      ...matrix(`blk.${layer}.ffn_gate`, width, feedForward),
      ...matrix(`blk.${layer}.ffn_up`, width, feedForward),
      ...matrix(`blk.${layer}.ffn_down`, feedForward, width),
    ]).flat(),
    list("output_norm.weight", width),
    ...(untied ? matrix("output", width, vocabulary) : []),
    ...(rotaryFactors ? [list("rope_freqs.weight", headLength / 2)] : []),
    ...more,
  ];
  const { head, sizeBytes } = encodeGguf(
    {
      "general.architecture": architecture,
      [key("context_length")]: 512,
      [key("embedding_length")]: width,
      [key("block_count")]: layers,
      [key("feed_forward_length")]: feedForward,
      [key("attention.head_count")]: heads,
      [key("attention.head_count_kv")]: headsKv,
      [key("attention.key_length")]: headLength,
      [key("attention.value_length")]: headLength,
      [key("rope.dimension_count")]: headLength,
      [key("rope.freq_base")]: { float: 10_000 },
      [key("attention.layer_norm_rms_epsilon")]: { float: 1e-5 },
      "tokenizer.ggml.model": "gpt2",
      "tokenizer.ggml.pre": "smollm",
      "tokenizer.ggml.tokens": { strings: tokenizer.tokens },
      "tokenizer.ggml.token_type": { int32s: tokenizer.types },
      "tokenizer.ggml.merges": { strings: tokenizer.merges },
      "tokenizer.ggml.bos_token_id": 0,
      "tokenizer.ggml.eos_token_id": 2,
      "tokenizer.ggml.add_bos_token": false,
      ...metadata,
    },
    tensors,
  );
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(head);
  fill(bytes, head.length, tensors, rotaryFactors);
  await writeFile(path, bytes);
}

function fill(bytes: Uint8Array, start: number, tensors: readonly HeaderTensor[], rotaryFactors: readonly number[] | undefined): void {
  const random = createRandom(7);
  const uniform = () => random(65_536) / 32_768 - 1;
  const view = new DataView(bytes.buffer);
  let at = start;
  for (const { name, shape, type } of tensors) {
    const elements = shape.reduce((product, length) => product * length, 1);
    const layout = blockLayouts.get(type);
    const sizeBytes = layout ? (elements / layout.fileElements) * layout.fileBytes : elements * (type === "F32" ? 4 : 2);
    if (layout) fillBlocks(bytes, at, sizeBytes, layout.type, layout.fileBytes, random);
    else
      for (let index = 0; index < elements; index += 1) {
        const value = name === "rope_freqs.weight" ? (rotaryFactors?.[index] ?? 1) : name.includes("norm") ? 1 + 0.2 * uniform() : 0.12 * uniform();
        view.setFloat32(at + 4 * index, value, true);
      }
    at += Math.ceil(sizeBytes / 32) * 32;
  }
}

/** Places of 16-bit scales and minima, which get small values; all else is any byte. */
const halves: Readonly<Record<string, readonly number[]>> = {
  Q4_1: [0, 2],
  Q5_1: [0, 2],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q6_K: [208],
};

function fillBlocks(bytes: Uint8Array, start: number, sizeBytes: number, type: string, blockBytes: number, random: (below: number) => number): void {
  for (let index = 0; index < sizeBytes; index += 1) bytes[start + index] = random(256);
  const exponent = type.endsWith("K") || type === "IQ4_XS" ? 0x04 : 0x1c;
  for (let block = start; block < start + sizeBytes; block += blockBytes) {
    for (const place of halves[type] ?? [0]) bytes[block + place + 1] = exponent | random(4);
  }
}

async function tinyTokenizer() {
  const gguf = await readGguf(await fileAt(tinyPath("f32")));
  const list = async (name: string) => (await gguf.array(`tokenizer.ggml.${name}`)) ?? [];
  return { tokens: (await list("tokens")) as string[], types: (await list("token_type")) as number[], merges: (await list("merges")) as string[] };
}
