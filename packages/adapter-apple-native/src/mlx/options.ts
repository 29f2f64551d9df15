import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only MLX has. */
export const frameworkOptionsSchema = z.strictObject({
  /** What is computed and cached in. Default: as most of the weights are. */
  precision: z.enum(["float32", "float16", "bfloat16"]).optional(),
  /** LoRA adapters as mlx-lm or PEFT write them: folders, by path; all of them apply, each times its scale (default 1). */
  lora: z
    .array(z.strictObject({ path: z.string().min(1), scale: z.number().min(-100).max(100).optional() }))
    .max(16)
    .optional(),
});
export type MlxFrameworkOptions = z.infer<typeof frameworkOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseFrameworkOptions(options: Readonly<Record<string, unknown>> | undefined): MlxFrameworkOptions {
  return parse(frameworkOptionsSchema, options ?? {}, "frameworkOptions for MLX", "invalid-input");
}
