import type { Step } from "../definition.ts";
import { patterns } from "../pre-tokenizers/known-patterns.ts";

/** How GGUF's byte-level tokenizers cut text, by what `tokenizer.ggml.pre` says. */
export interface GgufPreTokenizer {
  readonly expressions: readonly string[];
  readonly ignoreMerges?: boolean;
  readonly addBos?: boolean;
  /** The text is composed first. */
  readonly compose?: boolean;
}

const digits = "\\p{N}";
const threeDigits = "[0-9][0-9][0-9]";
const hanAndKana = "[一-龥぀-ゟ゠-ヿ]+";
const hanToHangul = "[一-龥ࠀ-一가-퟿]+";

const families: readonly (readonly [names: string, settings: GgufPreTokenizer])[] = [
  [
    "gpt-2 phi-2 mpt olmo jais trillion granite-docling jina-es jina-de jina-v2-es jina-v2-de jina-v2-code roberta-bpe exaone4",
    { expressions: [patterns.gpt2] },
  ],
  ["smollm starcoder refact command-r codeshell exaone minerva-7b mellum2", { expressions: [digits, patterns.gpt2] }],
  ["llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2", { expressions: [patterns.cl100k], ignoreMerges: true, addBos: true }],
  ["dbrx smaug-bpe chatglm-bpe glm4", { expressions: [patterns.cl100k] }],
  ["qwen2 deepseek-r1-qwen megrez hunyuan solar-open", { expressions: [patterns.qwen], compose: true }],
  ["stablelm2", { expressions: [patterns.qwen] }],
  ["qwen35", { expressions: [patterns.qwen35], compose: true }],
  ["gpt-4o llama4 minimax-m2 kanana2", { expressions: [patterns.o200k] }],
  ["tekken", { expressions: [patterns.tekken], ignoreMerges: true, addBos: true }],
  ["deepseek-v3 hunyuan-dense joyai-llm", { expressions: ["\\p{N}{1,3}", hanAndKana, patterns.deepSeekWords] }],
  ["deepseek-coder", { expressions: ["[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", hanToHangul, digits] }],
  ["falcon", { expressions: ["[\\p{P}\\$\\+<=>\\^~\\|`]+", patterns.gpt2, threeDigits] }],
  ["default", { expressions: ["[\\p{P}\\$\\+<=>\\^~\\|]+", patterns.gpt2, "\\p{N}+", threeDigits] }],
];

export const ggufPreTokenizers: ReadonlyMap<string, GgufPreTokenizer> = new Map(
  families.flatMap(([names, settings]) => names.split(" ").map((name) => [name, settings] as const)),
);

export function byteLevelStep(expressions: readonly string[]): Step {
  return {
    type: "Sequence",
    pretokenizers: [
      ...expressions.map((expression) => ({ type: "Split", pattern: { Regex: expression }, behavior: "Isolated", invert: false })),
      { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  };
}
