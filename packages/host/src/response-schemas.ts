import { type ErrorCode, errorCodes, parse, stages } from "@tenfold/catalog";
import type { MemoryUse, TokenCount } from "@tenfold/core";
import * as z from "zod/mini";
import { type CallName, type Calls, type HostResponse, protocolVersion, type Response } from "./messages.ts";

// What comes from a host comes from a process that may have read a file made to take it over.

const count = z.int().check(z.nonnegative());
const numberSchema = z.int().check(z.positive());
const memorySchema = z.object({
  weightsBytes: z.number().check(z.nonnegative()),
  kvCacheBytes: z.number().check(z.nonnegative()),
  computeBytes: z.number().check(z.nonnegative()),
}) satisfies z.ZodMiniType<MemoryUse>;

/** A code that only another version knows still is an error. */
const codeSchema = z.catch(z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]), "generation-failed");
const errorSchema = z.object({
  code: codeSchema,
  message: z.string(),
  stage: z.catch(z.optional(z.enum(stages)), undefined),
  framework: z.optional(z.string()),
  remedy: z.optional(z.string()),
  retryable: z.optional(z.boolean()),
  details: z.optional(z.record(z.string(), z.unknown())),
});

const logProbabilitySchema = z.object({ token: z.string(), logProbability: z.number() });
const warningSchema = z.object({
  kind: z.enum(["ignored-setting", "dropped-messages", "other"]),
  setting: z.optional(z.string()),
  message: z.string(),
});
const eventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), accelerator: z.string(), warnings: z.array(warningSchema) }),
  z.object({
    type: z.literal("text"),
    text: z.string(),
    logProbabilities: z.optional(z.array(z.extend(logProbabilitySchema, { top: z.array(logProbabilitySchema) }))),
  }),
  z.object({ type: z.literal("reasoning"), text: z.string() }),
  z.object({ type: z.literal("tool-call-start"), id: z.string(), name: z.string() }),
  z.object({ type: z.literal("tool-call-delta"), id: z.string(), argumentsText: z.string() }),
  z.object({ type: z.literal("tool-call"), id: z.string(), name: z.string(), arguments: z.unknown() }),
  z.object({
    type: z.literal("finish"),
    reason: z.enum(["stop", "length", "tool-calls"]),
    usage: z.object({ promptTokens: count, cachedTokens: count, completionTokens: count }),
    timings: z.object({
      timeToFirstTokenMs: z.number(),
      totalMs: z.number(),
      prefillTokensPerSecond: z.number(),
      decodeTokensPerSecond: z.number(),
    }),
  }),
]);

const capabilitiesSchema = z.object({
  chat: z.boolean(),
  tools: z.boolean(),
  jsonSchema: z.boolean(),
  reasoning: z.boolean(),
  embeddings: z.boolean(),
  vision: z.boolean(),
  logProbabilities: z.boolean(),
  parallel: z.int().check(z.positive()),
  template: z.enum(["tenfold", "framework"]),
});
const hello = { type: z.literal("hello"), protocolVersion: z.int(), contextSize: z.int().check(z.positive()), memory: memorySchema };
const helloSchema = z.discriminatedUnion("role", [
  z.object({
    ...hello,
    role: z.literal("model"),
    capabilities: capabilitiesSchema,
    embeds: z.boolean(),
    reranks: z.optional(z.literal(true)),
    trims: z.boolean(),
    vocabularySize: z.optional(z.int().check(z.positive())),
  }),
  z.object({
    ...hello,
    role: z.literal("logits"),
    vocabularySize: z.int().check(z.positive()),
    sequences: z.int().check(z.positive(), z.lte(1024)),
    forks: z.boolean(),
    keepsLastLogits: z.optional(z.literal(true)),
  }),
]);

const responseSchema = z.discriminatedUnion("type", [
  helloSchema,
  z.object({ type: z.literal("result"), number: numberSchema, result: z.unknown(), memory: memorySchema }),
  z.object({ type: z.literal("event"), number: numberSchema, event: eventSchema }),
  z.object({ type: z.literal("end"), number: numberSchema, memory: memorySchema }),
  z.object({ type: z.literal("error"), number: numberSchema, error: errorSchema }),
]);

const hostResponseSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("echo"), value: z.unknown() }),
  z.object({ type: z.literal("progress"), fraction: z.number().check(z.gte(0), z.lte(1)) }),
  z.object({ type: z.literal("log"), level: z.enum(["debug", "info", "warning", "error"]), message: z.string() }),
  z.object({ type: z.literal("refused"), error: errorSchema }),
]);

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array, { error: "Invalid input: expected 32-bit floats" });
const integers = z.custom<Int32Array>((value) => value instanceof Int32Array, { error: "Invalid input: expected 32-bit integers" });
const resultSchemas = {
  countTokens: z.object({ tokens: count, exact: z.boolean() }) satisfies z.ZodMiniType<TokenCount>,
  embed: z.array(floats),
  rerank: z.array(z.number()),
  encode: integers,
  decode: z.string(),
  trim: z.null(),
  forward: floats,
  truncate: count,
  fork: count,
  release: z.null(),
  dispose: z.null(),
} satisfies { [Name in CallName]: z.ZodMiniType<Calls[Name]["result"]> };

/** True for what a host says of itself, false for what its model says. */
export function isHostResponse(data: unknown): boolean {
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  return type === "echo" || type === "progress" || type === "log" || type === "refused";
}

/** @throws TenfoldError `crashed` naming what is wrong. */
export function parseResponse(data: unknown): Response {
  // A hello of another version may be anything else.
  const hello = typeof data === "object" && data !== null && "type" in data && data.type === "hello" && "protocolVersion" in data;
  if (hello && typeof data.protocolVersion === "number" && data.protocolVersion !== protocolVersion) return data as Response;
  return parse(responseSchema, data, "message of the other side", "crashed") as Response;
}

/** @throws TenfoldError `crashed` naming what is wrong. */
export function parseHostResponse(data: unknown): HostResponse {
  return parse(hostResponseSchema, data, "message of the host", "crashed") as HostResponse;
}

/** @throws TenfoldError `crashed` naming what is wrong. */
export function parseResult<Name extends CallName>(name: Name, result: unknown): Calls[Name]["result"] {
  return parse(resultSchemas[name], result, `result of ${name}`, "crashed") as Calls[Name]["result"];
}
