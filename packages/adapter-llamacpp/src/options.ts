import { parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";

const cacheType = z.enum(["F32", "F16", "BF16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0", "IQ4_NL"]);
const path = z.string().min(1);
/** Tokens guessed at a time. */
const tokens = z.int().min(1).max(64).optional();

/** Settings that only llama.cpp has. */
export const frameworkOptionsSchema = z.strictObject({
  /** Layers to hold in GPU memory; 0 computes on the CPU. Default "auto": as many as fit beside the context. */
  gpuLayers: z.union([z.int().min(0).max(1000), z.enum(["auto", "max"])]).optional(),
  /** Map the file instead of reading it. Default "auto". */
  mmap: z.union([z.boolean(), z.literal("auto")]).optional(),
  /** Keep the weights in physical memory. Default false. */
  mlock: z.boolean().optional(),
  /** Default "auto": where model and accelerator support it. */
  flashAttention: z.union([z.boolean(), z.literal("auto")]).optional(),
  /** Tokens computed at once while reading a prompt; an abort waits for one batch. Default 512, on the CPU 128. */
  batchSize: z.int().min(1).max(8192).optional(),
  /** Element types of the KV cache. Default F16. Values of a quantized type need flash attention. */
  keyCacheType: cacheType.optional(),
  valueCacheType: cacheType.optional(),
  /** LoRA adapters in GGUF, by path; all of them apply, each times its scale (default 1). */
  lora: z
    .array(z.strictObject({ path, scale: z.number().min(-100).max(100).optional() }))
    .max(16)
    .optional(),
  /**
   * Guess tokens and verify them together: with a smaller GGUF model of the same vocabulary, by path, or by what stood in the prompt.
   * The answer stays the same. Default: no guesses; 8 tokens of a draft model, 4 of the prompt.
   */
  speculation: z.union([z.strictObject({ draftModel: path, tokens }), z.strictObject({ promptLookup: z.literal(true), tokens })]).optional(),
  /** What to do with a prompt longer than the context: "error" (default), "drop-turns", or "slide", where answers slide on as well. */
  overflow: z.enum(["error", "slide", "drop-turns"]).optional(),
  /** A folder where the KV cache is kept while the model is not loaded. Default: it is not kept. */
  cacheFolder: path.optional(),
  /** The multimodal projector (`mmproj`) in GGUF, by path, that lets the model see images. Default: it reads text only. */
  projector: path.optional(),
});
export type LlamaCppFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;
export type CacheType = z.infer<typeof cacheType>;
export type Speculation = NonNullable<LlamaCppFrameworkOptions["speculation"]>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): LlamaCppFrameworkOptions {
  const parsed = parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for llama.cpp", "invalid-input");
  if (/Q/.test(parsed.valueCacheType ?? "") && parsed.flashAttention === false) {
    throw new TenfoldError("invalid-input", `llama.cpp keeps values as ${parsed.valueCacheType} with flash attention only, and flashAttention is false.`, {
      framework: "llama.cpp",
      remedy: "Leave flashAttention out, or choose F16 as valueCacheType.",
    });
  }
  return parsed;
}
