import { acceleratorSchema, parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only ONNX Runtime has. */
export const frameworkOptionsSchema = z.strictObject({
  /** How far the graph is rewritten before it runs. Default "all"; "disabled" for graphs that are optimized already. */
  graphOptimization: z.enum(["disabled", "basic", "extended", "all"]).optional(),
  /** Accelerators to try, in order: the first that takes the model computes it, and `start` says why others did not. */
  accelerators: z.array(acceleratorSchema).min(1).max(10).optional(),
  /** How vectors of tokens become one, for models that embed. Default: what the model's files say, else the mean. */
  pooling: z.enum(["mean", "first", "last"]).optional(),
});
export type OnnxFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): OnnxFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for ONNX Runtime", "invalid-input");
}
