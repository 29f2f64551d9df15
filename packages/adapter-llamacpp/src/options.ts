import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only llama.cpp has. */
export const frameworkOptionsSchema = z.strictObject({
  /** Layers to hold in GPU memory; 0 computes on the CPU. Default "auto". */
  gpuLayers: z.union([z.int().min(0).max(1000), z.enum(["auto", "max"])]).optional(),
  /** Map the file instead of reading it. Default "auto". */
  mmap: z.union([z.boolean(), z.literal("auto")]).optional(),
  /** Keep the weights in physical memory. Default false. */
  mlock: z.boolean().optional(),
  /** Default "auto": where model and accelerator support it. */
  flashAttention: z.union([z.boolean(), z.literal("auto")]).optional(),
  /** Tokens computed at once while reading a prompt; an abort waits for one batch. Default 512, on the CPU 128. */
  batchSize: z.int().min(1).max(8192).optional(),
});
export type LlamaCppFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): LlamaCppFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for llama.cpp", "invalid-input");
}
