import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** A compiled model library that does not lie beside the weights. */
export const libraryOptionSchema = z.strictObject({
  /** A path in Node; elsewhere, and there too, an address. */
  from: z.string().min(1),
  /** For which version of web-llm it was compiled: "v0_2_86". Default: what its path says. */
  version: z
    .string()
    .regex(/^v\d+(?:_\d+)+(?:\/\w+)?$/)
    .optional(),
  /** Needed for an address. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type LibraryOption = z.infer<typeof libraryOptionSchema>;

/** Settings that only MLC-LLM has. */
export const frameworkOptionsSchema = z.strictObject({
  /** The compiled model library. Default: the `.wasm` among the model's files. */
  library: libraryOptionSchema.optional(),
  /** What the library was compiled for. Default: what mlc-chat-config.json says. */
  task: z.enum(["chat", "embeddings"]).optional(),
});
export type MlcFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): MlcFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for MLC-LLM", "invalid-input");
}
