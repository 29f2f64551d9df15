import type { ModelFile } from "@tenfold/core";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { readUtf8 } from "../text/utf8.ts";

/** @throws TenfoldError `invalid-format` when the file is too large. */
export async function readBytes(file: ModelFile): Promise<Uint8Array> {
  if (file.sizeBytes > limits.fileBytes) throw invalidTokenizer(`has ${file.sizeBytes} bytes; ${limits.fileBytes} is the most`, file.path);
  return file.read();
}

export async function readText(file: ModelFile): Promise<string> {
  const text = readUtf8(await readBytes(file));
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
