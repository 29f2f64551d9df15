import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only picoLLM has. */
export const frameworkOptionsSchema = z.strictObject({
  /** Which of the devices that `probe()` lists: "best", "cpu", "cpu:4", "gpu", "gpu:1". Default: what `accelerator` and `threads` say. */
  device: z
    .string()
    .regex(/^(?:best|cpu(?::\d{1,4})?|gpu(?::\d{1,2})?)$/, 'expected "best", "cpu", "cpu:4", "gpu" or "gpu:0"')
    .optional(),
  /** Keep what was computed of a prompt for the next one that begins alike, with models that can. Default false. */
  contextCaching: z.boolean().optional(),
  /** Which of several prompts the vendor has for a model: "qa" or "chat" of phi2. Default: the vendor's. */
  dialogMode: z.string().min(1).max(40).optional(),
  /** A chat template in Jinja, over the one that the model's metadata has. Default: that one, else the vendor's own prompts. */
  chatTemplate: z.string().min(1).max(262_144).optional(),
});
export type PicoLlmFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): PicoLlmFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for picoLLM", "invalid-input");
}
