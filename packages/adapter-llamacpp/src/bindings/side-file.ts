import { open, stat } from "node:fs/promises";
import { TenfoldError } from "@tenfold/catalog";
import { type ByteSource, readGguf, validateGguf } from "@tenfold/core/gguf";

/**
 * Reads a LoRA adapter before llama.cpp opens it: that it is one, and for models of the same architecture.
 * @throws TenfoldError `invalid-input`, `invalid-format`.
 */
export async function checkLora(path: string, architecture: string | undefined): Promise<void> {
  await withFile(path, "lora", async (source) => {
    const gguf = await readGguf(source);
    if (gguf.string("general.type") !== "adapter" || gguf.string("adapter.type") !== "lora") throw refused("lora", `${path} is no LoRA adapter`);
    const own = gguf.string("general.architecture");
    if (own !== architecture) throw refused("lora", `${path} is for models of the architecture ${own}, and this one's is ${architecture}`);
    const end = Math.max(...gguf.tensors.map(({ offset, sizeBytes }) => gguf.dataOffset + offset + sizeBytes));
    if (end > source.sizeBytes) throw new TenfoldError("invalid-format", `${path} ends before its weights do.`, { framework: "llama.cpp" });
  });
}

/**
 * Reads a draft model before llama.cpp opens it: that it is whole, and spells text with the same tokens.
 * @throws TenfoldError `invalid-input`, `invalid-format`.
 */
export async function checkDraft(path: string, tokenCount: number): Promise<void> {
  await withFile(path, "speculation.draftModel", async (source) => {
    const { vocabularySize } = await validateGguf(source);
    if (vocabularySize !== tokenCount)
      throw refused("speculation.draftModel", `${path} knows ${vocabularySize} tokens, and the model ${tokenCount}: it cannot guess for it`);
  });
}

async function withFile(path: string, option: string, work: (source: ByteSource) => Promise<void>): Promise<void> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    (error: unknown) => {
      throw refused(option, `${path} cannot be opened`, error);
    },
  );
  const file = await open(path);
  try {
    await work({
      sizeBytes,
      async read({ start, end }) {
        const length = Math.max(0, Math.min(end, sizeBytes) - start);
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, start);
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await file.close();
  }
}

function refused(option: string, what: string, cause?: unknown): TenfoldError {
  return new TenfoldError("invalid-input", `frameworkOptions.${option}: ${what}.`, { framework: "llama.cpp", ...(cause ? { cause } : {}) });
}
