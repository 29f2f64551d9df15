import type { ModelFile } from "@tenfold/core";
import { createRefusal, readLitertLmSections, readZipDirectory } from "@tenfold/core/bundles";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { inflate } from "./inflate.ts";

/** The tokenizer that lies in a bundle. */
export interface BundledTokenizer {
  readonly format: "sentencepiece" | "tokenizer.json";
  readonly bytes: Uint8Array;
}

/** Unpacked size before deflated JSON. */
const sizeBytes = 8;

/** @throws TenfoldError `invalid-format` when the bundle is damaged or holds no tokenizer. */
export async function readLitertLmTokenizer(file: ModelFile, signal?: AbortSignal): Promise<BundledTokenizer> {
  for (const { type, start, end } of await readLitertLmSections(file, signal)) {
    if (type !== "sentencepiece" && type !== "tokenizer") continue;
    if (end - start > limits.fileBytes) throw invalidTokenizer(`has ${end - start} bytes; ${limits.fileBytes} is the most`, "the section of the tokenizer");
    const bytes = await file.read({ start, end });
    if (type === "sentencepiece") return { format: "sentencepiece", bytes };
    return { format: "tokenizer.json", bytes: await inflate(bytes.subarray(sizeBytes), "deflate", limits.fileBytes) };
  }
  throw invalidTokenizer("holds no tokenizer", file.path);
}

/** @throws TenfoldError `invalid-format` when the bundle is damaged or holds no tokenizer. */
export async function readTaskTokenizer(file: ModelFile, signal?: AbortSignal): Promise<BundledTokenizer> {
  const entries = await readZipDirectory(file, createRefusal("task bundle"), signal);
  const entry =
    entries.find(({ name }) => /^TOKENIZER_MODEL|(?:^|\/)(?:spiece|tokenizer)\.model$/i.test(name)) ??
    entries.find(({ name }) => /(?:^|\/)tokenizer\.json$/i.test(name));
  if (!entry) throw invalidTokenizer("holds no tokenizer", file.path);
  if (entry.sizeBytes > limits.fileBytes || entry.packedBytes > limits.fileBytes)
    throw invalidTokenizer(`has ${entry.sizeBytes} bytes; ${limits.fileBytes} is the most`, entry.name);
  const packed = await file.read({ start: entry.start, end: entry.start + entry.packedBytes });
  const bytes = entry.method === "stored" ? packed : await inflate(packed, "deflate-raw", entry.sizeBytes);
  return { format: /\.json$/i.test(entry.name) ? "tokenizer.json" : "sentencepiece", bytes };
}
