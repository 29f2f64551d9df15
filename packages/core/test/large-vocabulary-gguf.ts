/** Type numbers of GGUF metadata values. */
const types = { uint32: 4, int32: 5, string: 8, array: 9 } as const;
const alignment = 32;
const f16 = { id: 1, elementBytes: 2 } as const;

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

/** A GGUF as a large model of today has it: a vocabulary of many tokens and merges before the list of tensors, then gigabytes of weights. */
export function largeVocabularyGguf({ tokens, sizeBytes, chatTemplate = "{{ messages }}" }: LargeVocabulary): LargeVocabularyGguf {
  const layers = 32;
  const rows = Math.ceil(sizeBytes / f16.elementBytes / layers / 1024);
  const parts: Uint8Array[] = [];
  const metadata: Uint8Array[] = [
    keyed("general.architecture", types.string, text("llama")),
    keyed("general.name", types.string, text("Large Vocabulary")),
    keyed("general.file_type", types.uint32, uint32(1)),
    keyed("llama.block_count", types.uint32, uint32(layers)),
    keyed("llama.context_length", types.uint32, uint32(131_072)),
    keyed("llama.embedding_length", types.uint32, uint32(1024)),
    keyed("llama.attention.head_count", types.uint32, uint32(16)),
    keyed("tokenizer.ggml.model", types.string, text("gpt2")),
    keyed("tokenizer.ggml.tokens", types.array, array(types.string, tokens, strings(tokens, tokenText))),
    keyed("tokenizer.ggml.token_type", types.array, array(types.int32, tokens, new Uint8Array(Int32Array.from({ length: tokens }, () => 1).buffer))),
    keyed(
      "tokenizer.ggml.merges",
      types.array,
      array(
        types.string,
        tokens - 256,
        strings(tokens - 256, (index) => `${tokenText(index)} ${tokenText(index + 1)}`),
      ),
    ),
    keyed("tokenizer.chat_template", types.string, text(chatTemplate)),
  ];
  const head = Buffer.alloc(24);
  head.write("GGUF", "latin1");
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(BigInt(layers), 8);
  head.writeBigUInt64LE(BigInt(metadata.length), 16);
  parts.push(head, ...metadata);
  const tensorBytes = rows * 1024 * f16.elementBytes;
  for (let layer = 0; layer < layers; layer += 1) {
    parts.push(text(`blk.${layer}.ffn_up.weight`), uint32(2), uint64(1024), uint64(rows), uint32(f16.id), uint64(layer * tensorBytes));
  }
  const written = parts.reduce((sum, { length }) => sum + length, 0);
  parts.push(new Uint8Array(Math.ceil(written / alignment) * alignment - written));
  const header = Uint8Array.from(Buffer.concat(parts));
  return { header, sizeBytes: header.length + layers * tensorBytes };
}

/** Distinct, and about as long as tokens are. */
function tokenText(index: number): string {
  return `\u0120${index.toString(36).padStart(2 + (index % 6), "q")}`;
}

function strings(count: number, at: (index: number) => string): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, (_, index) => text(at(index))));
}

function keyed(key: string, type: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([text(key), uint32(type), value]);
}

function array(elementType: number, length: number, elements: Uint8Array): Uint8Array {
  return Buffer.concat([uint32(elementType), uint64(length), elements]);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
