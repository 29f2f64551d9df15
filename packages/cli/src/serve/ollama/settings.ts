import type { ResponseFormat, Sampling, Timings, Usage } from "@tenfold/core";
import * as z from "zod/mini";

export const optionsSchema = z.object({
  temperature: z.optional(z.number().check(z.gte(0))),
  top_k: z.optional(z.int().check(z.gte(0))),
  top_p: z.optional(z.number().check(z.gte(0), z.lte(1))),
  min_p: z.optional(z.number().check(z.gte(0), z.lte(1))),
  repeat_penalty: z.optional(z.number()),
  frequency_penalty: z.optional(z.number()),
  presence_penalty: z.optional(z.number()),
  seed: z.optional(z.int()),
  num_predict: z.optional(z.int()),
  stop: z.optional(z.union([z.string(), z.array(z.string())])),
});

/** What chat and generate share. Ollama's options for loading a model are this server's own to set, and are passed over. */
export const commonSchema = {
  model: z.string(),
  stream: z.optional(z.boolean()),
  format: z.optional(z.union([z.literal(""), z.literal("json"), z.record(z.string(), z.unknown())])),
  options: z.optional(z.nullable(optionsSchema)),
  think: z.optional(z.union([z.boolean(), z.string()])),
};
type Common = z.output<z.ZodMiniObject<typeof commonSchema>>;

export function toSettings({ options, format, think }: Common) {
  const { temperature, top_k: topK, top_p: topP, min_p: minP, repeat_penalty: repetitionPenalty, seed, num_predict: most, stop } = options ?? {};
  const { frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty } = options ?? {};
  const asked = { temperature, topK, topP, minP, repetitionPenalty, frequencyPenalty, presencePenalty };
  const responseFormat: ResponseFormat | undefined = format === "json" ? { type: "json" } : format ? { type: "json", schema: format } : undefined;
  return {
    sampling: Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Sampling,
    ...(seed === undefined ? {} : { seed }),
    // -1 is no limit.
    ...(most === undefined || most < 1 ? {} : { maxTokens: most }),
    ...(stop === undefined ? {} : { stop: typeof stop === "string" ? [stop] : stop }),
    ...(responseFormat ? { responseFormat } : {}),
    ...(think === undefined ? {} : { reasoning: think !== false }),
  };
}

const nanoseconds = (ms: number) => Math.round(ms * 1_000_000);

/** Ollama's figures of an answer: tokens, and nanoseconds. */
export function toFigures({ promptTokens, completionTokens }: Usage, { totalMs, timeToFirstTokenMs }: Timings) {
  return {
    ...{ total_duration: nanoseconds(totalMs), load_duration: 0 },
    ...{ prompt_eval_count: promptTokens, prompt_eval_duration: nanoseconds(timeToFirstTokenMs) },
    ...{ eval_count: completionTokens, eval_duration: nanoseconds(Math.max(0, totalMs - timeToFirstTokenMs)) },
  };
}
