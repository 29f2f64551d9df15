import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import { parse } from "@tenfold/catalog";
import * as z from "zod/mini";

const number = z.number();

/** What `providerOptions` of a call may hold for a language model, under `tenfold` or under a framework's name. */
export const languageModelOptionsSchema = z.strictObject({
  minP: z.optional(number),
  repetitionPenalty: z.optional(number),
  dry: z.optional(
    z.strictObject({
      multiplier: number,
      base: z.optional(number),
      allowedLength: z.optional(number),
      window: z.optional(number),
      breakers: z.optional(z.array(z.string())),
    }),
  ),
  xtc: z.optional(z.strictObject({ probability: number, threshold: number })),
  logitBias: z.optional(z.record(z.string().check(z.regex(/^\d+$/, "expected a token's number")), number)),
  reasoning: z.optional(z.boolean()),
  logProbabilities: z.optional(z.int().check(z.nonnegative())),
  cacheKey: z.optional(z.string()),
  priority: z.optional(number),
});

/** What `providerOptions` of a call may hold for an embedding model, under `tenfold` or under a framework's name. */
export const embeddingModelOptionsSchema = z.strictObject({ normalize: z.optional(z.boolean()) });

export type TenfoldLanguageModelOptions = z.input<typeof languageModelOptionsSchema>;
export type TenfoldEmbeddingModelOptions = z.input<typeof embeddingModelOptionsSchema>;

/**
 * What is said under `tenfold`, with what is said under the framework's own name laid over it.
 * @throws TenfoldError `invalid-input` naming the option.
 */
export function readProviderOptions<Schema extends z.core.$ZodType<Record<string, unknown>>>(
  schema: Schema,
  providerOptions: SharedV4ProviderOptions | undefined,
  framework: string | undefined,
): z.output<Schema> {
  const said = (name: string) => parse(schema, providerOptions?.[name] ?? {}, `providerOptions.${name}`, "invalid-input");
  return { ...said("tenfold"), ...(framework === undefined ? {} : said(framework)) } as z.output<Schema>;
}
