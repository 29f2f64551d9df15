import { encodeGguf } from "@tenfold/tooling/gguf-header";

export interface LargeVocabulary {
  /** Tokens; a few less merges. */
  tokens: number;
  /** Bytes of the whole file, at least: how large the weights are. */
  sizeBytes: number;
  /** Words that a chat template is made of. */
  chatTemplate?: string;
}

export interface LargeVocabularyGguf {
  /** All that lies before the weights, which are zeros. */
  header: Uint8Array;
  sizeBytes: number;
}

const [layers, width, elementBytes] = [32, 1024, 2];

/** A GGUF as a large model of today has it: a vocabulary of many tokens and merges before the list of tensors, then gigabytes of weights. */
export function largeVocabularyGguf({ tokens, sizeBytes, chatTemplate = "{{ messages }}" }: LargeVocabulary): LargeVocabularyGguf {
  const rows = Math.ceil(sizeBytes / elementBytes / layers / width);
  const { head: header, sizeBytes: all } = encodeGguf(
    {
      "general.architecture": "llama",
      "general.name": "Large Vocabulary",
      "general.file_type": 1,
      "llama.block_count": layers,
      "llama.context_length": 131_072,
      "llama.embedding_length": width,
      "llama.attention.head_count": 16,
      "tokenizer.ggml.model": "gpt2",
      "tokenizer.ggml.tokens": { strings: Array.from({ length: tokens }, (_, index) => tokenText(index)) },
      "tokenizer.ggml.token_type": { int32s: Array.from({ length: tokens }, () => 1) },
      "tokenizer.ggml.merges": { strings: Array.from({ length: tokens - 256 }, (_, index) => `${tokenText(index)} ${tokenText(index + 1)}`) },
      "tokenizer.chat_template": chatTemplate,
    },
    Array.from({ length: layers }, (_, layer) => ({ name: `blk.${layer}.ffn_up.weight`, shape: [width, rows], type: "F16" })),
  );
  return { header, sizeBytes: all };
}

/** Distinct, and about as long as tokens are. */
function tokenText(index: number): string {
  return `\u0120${index.toString(36).padStart(2 + (index % 6), "q")}`;
}
