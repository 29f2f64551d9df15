import type { ModelFile } from "@tenfold/core";

/** What a tokenizer can be read from. */
export const tokenizerFormats = ["compact", "tokenizer.json", "gguf", "sentencepiece", "tiktoken", "litertlm", "task"] as const;
export type TokenizerFormat = (typeof tokenizerFormats)[number];

export interface DetectedTokenizer {
  readonly format: TokenizerFormat;
  readonly file: ModelFile;
}

/**
 * The file that holds the tokenizer of a model, looked for by name and then by content: in a folder of Hugging Face, MLC or
 * ExecuTorch tokenizer.json comes before tokenizer.model.
 */
export async function detectTokenizer(files: readonly ModelFile[]): Promise<DetectedTokenizer | undefined> {
  const ordered = [...files].sort((a, b) => rankOf(a) - rankOf(b));
  for (const file of ordered) {
    const format = rankOf(file) < unknownRank ? await formatOf(file) : undefined;
    if (format) return { format, file };
  }
  return undefined;
}

const names: readonly RegExp[] = [
  /\.tokenizer$/,
  /^tokenizer\.json$/,
  /\.json$/,
  /^(?:tokenizer|spiece|sentencepiece(?:\.bpe)?)\.model$/,
  /\.tiktoken$/,
  /\.(?:model|spm)$|^tokenizer.*\.bin$/,
  /\.(?:gguf|litertlm|task)$/,
];
const unknownRank = names.length;

function rankOf({ path }: ModelFile): number {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/^(?:tokenizer_config|special_tokens_map|config|generation_config|added_tokens|mlc-chat-config|.*\.index)\.json$/.test(name)) return unknownRank;
  const rank = names.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? unknownRank : rank;
}

async function formatOf(file: ModelFile): Promise<TokenizerFormat | undefined> {
  const head = await file.read({ start: 0, end: Math.min(64, file.sizeBytes) });
  const text = String.fromCharCode(...head);
  if (text.startsWith("TFTK")) return "compact";
  if (text.startsWith("GGUF")) return "gguf";
  if (text.startsWith("LITERTLM")) return "litertlm";
  if (text.startsWith("PK\u0003\u0004")) return "task";
  if (/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(text)) return /tekken[^/]*$/.test(file.path) ? "tiktoken" : "tokenizer.json";
  if (/^[A-Za-z0-9+/]+={0,2} \d+[\r\n]/.test(text)) return "tiktoken";
  // The first field of a SentencePiece model is its first piece. What ExecuTorch makes of one has no mark: its name must do.
  return head[0] === 0x0a || /\.bin$/.test(file.path) ? "sentencepiece" : undefined;
}
