import { TenfoldError } from "@tenfold/catalog";
import type { ChatRequest, ContentPart, Message, ResponseFormat, Sampling, Tool, ToolChoice } from "@tenfold/core";
import * as z from "zod/mini";

const nullish = <Schema extends z.core.$ZodType>(schema: Schema) => z.optional(z.nullable(schema));
const schemaObject = z.record(z.string(), z.unknown());
const text = z.object({ type: z.literal("text"), text: z.string() });
const image = z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string() }) });
const toolCall = z.object({ id: z.string(), type: z.literal("function"), function: z.object({ name: z.string(), arguments: z.string() }) });

const message = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content: z.union([z.string(), z.array(text)]) }),
  z.object({ role: z.literal("user"), content: z.union([z.string(), z.array(z.discriminatedUnion("type", [text, image]))]) }),
  z.object({ role: z.literal("assistant"), content: nullish(z.union([z.string(), z.array(text)])), tool_calls: nullish(z.array(toolCall)) }),
  z.object({ role: z.literal("tool"), content: z.union([z.string(), z.array(text)]), tool_call_id: z.string() }),
]);

export const toolChoiceSchema = z.union([
  z.enum(["auto", "none", "required"]),
  z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) }),
]);
export const jsonSchemaFormat = z.object({ name: z.optional(z.string()), schema: nullish(schemaObject) });

/** Settings that chat and completions share. */
export const commonSchema = {
  model: z.string(),
  stream: nullish(z.boolean()),
  stream_options: nullish(z.object({ include_usage: nullish(z.boolean()) })),
  max_tokens: nullish(z.int().check(z.positive())),
  temperature: nullish(z.number().check(z.gte(0))),
  top_p: nullish(z.number().check(z.gte(0), z.lte(1))),
  frequency_penalty: nullish(z.number()),
  presence_penalty: nullish(z.number()),
  logit_bias: nullish(z.record(z.string().check(z.regex(/^\d+$/)), z.number())),
  seed: nullish(z.int()),
  stop: nullish(z.union([z.string(), z.array(z.string())])),
  n: nullish(z.literal(1, { error: "one answer for each request is what this server gives" })),
  user: nullish(z.string()),
};

export const chatSchema = z.object({
  ...commonSchema,
  messages: z.array(message).check(z.minLength(1)),
  max_completion_tokens: nullish(z.int().check(z.positive())),
  tools: nullish(
    z.array(
      z.object({ type: z.literal("function"), function: z.object({ name: z.string(), description: nullish(z.string()), parameters: nullish(schemaObject) }) }),
    ),
  ),
  tool_choice: nullish(toolChoiceSchema),
  response_format: nullish(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("text") }),
      z.object({ type: z.literal("json_object") }),
      z.object({ type: z.literal("json_schema"), json_schema: jsonSchemaFormat }),
    ]),
  ),
  logprobs: nullish(z.boolean()),
  top_logprobs: nullish(z.int().check(z.gte(0), z.lte(20))),
  reasoning_effort: nullish(z.string()),
});
export type ChatBody = z.output<typeof chatSchema>;
type Common = z.output<z.ZodMiniObject<typeof commonSchema>>;

/** A key that is left out rather than set to undefined or null. */
export function given<Key extends string, Value>(key: Key, value: Value | null | undefined): { [Name in Key]?: Value } {
  return (value === undefined || value === null ? {} : { [key]: value }) as { [Name in Key]?: Value };
}

export function commonSettings(body: Common) {
  const sampling: Sampling = {
    ...given("temperature", body.temperature),
    ...given("topP", body.top_p),
    ...given("frequencyPenalty", body.frequency_penalty),
    ...given("presencePenalty", body.presence_penalty),
    ...given("logitBias", body.logit_bias),
  };
  const stop = typeof body.stop === "string" ? [body.stop] : body.stop;
  return { sampling, ...given("maxTokens", body.max_tokens), ...given("seed", body.seed), ...given("stop", stop), ...given("cacheKey", body.user) };
}

export const reasoningOf = (effort: string | null | undefined) => given("reasoning", effort === undefined || effort === null ? undefined : effort !== "none");

export function toChatRequest(body: ChatBody): ChatRequest {
  const tools = body.tools?.map(({ function: { name, description, parameters } }): Tool => toTool(name, description, parameters));
  return {
    ...commonSettings(body),
    messages: toMessages(body.messages),
    ...given("maxTokens", body.max_completion_tokens ?? body.max_tokens),
    ...(tools && tools.length > 0 ? { tools, ...given("toolChoice", toToolChoice(body.tool_choice)) } : {}),
    ...given("responseFormat", toResponseFormat(body.response_format)),
    ...(body.logprobs ? { logProbabilities: Math.max(1, body.top_logprobs ?? 0) } : {}),
    ...reasoningOf(body.reasoning_effort),
  };
}

export function toTool(name: string, description: string | null | undefined, parameters: Readonly<Record<string, unknown>> | null | undefined): Tool {
  return { name, ...given("description", description), parameters: parameters ?? { type: "object", properties: {} } };
}

function toToolChoice(choice: ChatBody["tool_choice"]): ToolChoice | undefined {
  return typeof choice === "object" && choice !== null ? { tool: choice.function.name } : (choice ?? undefined);
}

function toResponseFormat(format: ChatBody["response_format"]): ResponseFormat | undefined {
  if (format?.type === "json_object") return { type: "json" };
  return format?.type === "json_schema" ? { type: "json", ...given("schema", format.json_schema.schema) } : undefined;
}

function toMessages(messages: ChatBody["messages"]): Message[] {
  const names = new Map<string, string>();
  return messages.map((one): Message => {
    if (one.role === "tool") {
      const name = names.get(one.tool_call_id);
      if (name === undefined) throw new TenfoldError("invalid-input", `No message before asks for the tool call ${one.tool_call_id}.`);
      return { role: "tool", content: [{ type: "tool-result", id: one.tool_call_id, name, result: textOf(one.content) }] };
    }
    if (one.role === "user") return { role: "user", content: typeof one.content === "string" ? one.content : one.content.map(toPart) };
    if (one.role !== "assistant") return { role: "system", content: textOf(one.content) };
    const said = textOf(one.content ?? "");
    const calls = (one.tool_calls ?? []).map(({ id, function: { name, arguments: given } }): ContentPart => {
      names.set(id, name);
      return { type: "tool-call", id, name, arguments: parseArguments(given) };
    });
    return { role: "assistant", content: [...(said === "" ? [] : [{ type: "text" as const, text: said }]), ...calls] };
  });
}

const textOf = (content: string | readonly { text: string }[]) => (typeof content === "string" ? content : content.map((part) => part.text).join(""));

function toPart(part: z.output<typeof text> | z.output<typeof image>): ContentPart {
  return part.type === "text" ? part : imagePart(part.image_url.url);
}

export function imagePart(url: string): ContentPart {
  const [, mediaType, base64] = /^data:(image\/[\w.+-]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType === undefined || base64 === undefined)
    throw new TenfoldError("invalid-input", "An image must be a data: address with base64.", {
      remedy: "This server fetches nothing: send the image's bytes.",
    });
  return { type: "image", bytes: new Uint8Array(Buffer.from(base64, "base64")), mediaType };
}

export function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The model wrote it, so that the model is shown it again.
    return text;
  }
}
