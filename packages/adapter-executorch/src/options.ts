import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only ExecuTorch has. */
export const frameworkOptionsSchema = z.strictObject({
  /** The method that computes logits, in programs with several. Default "forward". */
  method: z.string().min(1).max(200).optional(),
});
export type ExecutorchFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): ExecutorchFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for ExecuTorch", "invalid-input");
}
