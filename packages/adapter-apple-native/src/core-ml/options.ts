import { parse } from "@tenfold/catalog";
import { z } from "zod";

/** Settings that only Core ML has. */
export const coreMlOptionsSchema = z.strictObject({
  /** The folder for what Core ML compiles, by the model's digest and the system's build. Default: the host's, in the user's caches. */
  cacheFolder: z.string().min(1).optional(),
});
export type CoreMlFrameworkOptions = z.infer<typeof coreMlOptionsSchema>;

/** @throws TenfoldError `invalid-input` naming the option, unknown ones included. */
export function parseCoreMlOptions(options: Readonly<Record<string, unknown>> | undefined): CoreMlFrameworkOptions {
  return parse(coreMlOptionsSchema, options ?? {}, "frameworkOptions for Core ML", "invalid-input");
}
