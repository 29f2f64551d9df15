import { parse } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Echo, Load, Request } from "./messages.ts";

const count = z.int().check(z.nonnegative());
const number = z.int().check(z.positive());
const integers = z.custom<Int32Array>((value) => value instanceof Int32Array, { error: "Invalid input: expected 32-bit integers" });
/** What a request holds further is the model's to judge, as it is without a channel. */
const messages = z.array(z.looseObject({ role: z.string() }));

const call = <Name extends string, Arguments extends z.core.$ZodType>(name: Name, callArguments: Arguments) =>
  z.object({ type: z.literal("call"), number, name: z.literal(name), arguments: callArguments });
const nothing = z.object({});

const callSchema = z.discriminatedUnion("name", [
  call("countTokens", z.object({ input: z.union([z.string(), messages]) })),
  call("embed", z.object({ texts: z.array(z.string()), normalize: z.optional(z.boolean()) })),
  call("rerank", z.object({ query: z.string(), documents: z.array(z.string()) })),
  call("encode", z.object({ text: z.string(), parseSpecial: z.optional(z.boolean()) })),
  call("decode", z.object({ tokens: integers, special: z.optional(z.boolean()) })),
  call("trim", nothing),
  call("forward", z.object({ sequence: count, tokens: integers, logits: z.enum(["last", "all", "none"]) })),
  call("truncate", z.object({ sequence: count, length: count })),
  call("fork", z.object({ sequence: count })),
  call("release", z.object({ sequence: count })),
  call("dispose", nothing),
]);

const requestSchema = z.discriminatedUnion("type", [
  callSchema,
  z.object({
    type: z.literal("generate"),
    number,
    request: z.union([z.looseObject({ prompt: z.string() }), z.looseObject({ messages })]),
    credit: count,
  }),
  z.object({ type: z.literal("credit"), number, events: count }),
  z.object({ type: z.literal("cancel"), number }),
]);

const toHostSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("echo"), value: z.unknown() }),
  z.object({
    type: z.literal("load"),
    role: z.enum(["model", "logits"]),
    adapter: z.optional(z.object({ module: z.string(), name: z.string(), arguments: z.array(z.unknown()) })),
    framework: z.optional(z.string()),
    model: z.looseObject({
      id: z.string(),
      variant: z.looseObject({ id: z.string(), format: z.string() }),
      files: z.array(z.looseObject({ path: z.string(), sizeBytes: count, location: z.optional(z.string()) })),
    }),
    platform: z.object({ name: z.string(), os: z.string(), architecture: z.string() }),
    nativeParts: z.array(z.tuple([z.string(), z.string()])),
    options: z.looseObject({}),
  }),
]);

/** @throws TenfoldError `invalid-input` naming what is wrong. */
export function parseRequest(data: unknown): Request {
  return parse(requestSchema, data, "request", "invalid-input") as Request;
}

/** @throws TenfoldError `invalid-input` naming what is wrong. */
export function parseToHost(data: unknown): Echo | Load {
  return parse(toHostSchema, data, "message to the host", "invalid-input") as Echo | Load;
}

/** The number of a request that is none otherwise, so that its sender is told. */
export function numberOf(data: unknown): number | undefined {
  const found = typeof data === "object" && data !== null && "number" in data ? data.number : undefined;
  return typeof found === "number" && Number.isInteger(found) && found > 0 ? found : undefined;
}
