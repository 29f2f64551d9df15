import { TenfoldError } from "@tenfold/catalog";
import type { ChatRequest, ContentPart, Message, Tool } from "@tenfold/core";
import * as z from "zod/mini";
import { given, imagePart, parseArguments, reasoningOf, toTool } from "./chat-request.ts";

const nullish = <Schema extends z.core.$ZodType>(schema: Schema) => z.optional(z.nullable(schema));
const schemaObject = z.record(z.string(), z.unknown());
const textPart = z.object({ type: z.enum(["input_text", "output_text"]), text: z.string() });
const imageInput = z.object({ type: z.literal("input_image"), image_url: z.string() });
const item = z.union([
  z.object({ type: z.literal("function_call"), call_id: z.string(), name: z.string(), arguments: z.string() }),
  z.object({ type: z.literal("function_call_output"), call_id: z.string(), output: z.string() }),
  // What a model thought is for its own template to keep or drop; here it is told nothing of it again.
  z.object({ type: z.literal("reasoning") }),
  z.object({
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, imageInput]))]),
  }),
]);

export const responsesSchema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(item).check(z.minLength(1))]),
  instructions: nullish(z.string()),
  stream: nullish(z.boolean()),
  max_output_tokens: nullish(z.int().check(z.positive())),
  temperature: nullish(z.number().check(z.gte(0))),
  top_p: nullish(z.number().check(z.gte(0), z.lte(1))),
  tools: nullish(z.array(z.object({ type: z.literal("function"), name: z.string(), description: nullish(z.string()), parameters: nullish(schemaObject) }))),
  tool_choice: nullish(z.union([z.enum(["auto", "none", "required"]), z.object({ type: z.literal("function"), name: z.string() })])),
  text: nullish(
    z.object({
      format: nullish(
        z.discriminatedUnion("type", [
          z.object({ type: z.literal("text") }),
          z.object({ type: z.literal("json_object") }),
          z.object({ type: z.literal("json_schema"), schema: schemaObject }),
        ]),
      ),
    }),
  ),
  reasoning: nullish(z.object({ effort: nullish(z.string()) })),
  user: nullish(z.string()),
  previous_response_id: z.optional(z.null({ error: "this server keeps no answers: send the whole conversation as `input`" })),
  background: nullish(z.literal(false, { error: "this server answers while the client waits" })),
});
export type ResponsesBody = z.output<typeof responsesSchema>;

export function toChatRequest(body: ResponsesBody): ChatRequest {
  const tools = body.tools?.map((tool): Tool => toTool(tool.name, tool.description, tool.parameters));
  const choice = body.tool_choice;
  const format = body.text?.format;
  const instructions: Message[] = body.instructions ? [{ role: "system", content: body.instructions }] : [];
  return {
    messages: [...instructions, ...(typeof body.input === "string" ? [{ role: "user" as const, content: body.input }] : toMessages(body.input))],
    sampling: { ...given("temperature", body.temperature), ...given("topP", body.top_p) },
    ...given("maxTokens", body.max_output_tokens),
    ...given("cacheKey", body.user),
    ...reasoningOf(body.reasoning?.effort),
    ...(tools && tools.length > 0 ? { tools, ...given("toolChoice", typeof choice === "object" && choice ? { tool: choice.name } : choice) } : {}),
    ...(format?.type === "json_object" ? { responseFormat: { type: "json" as const } } : {}),
    ...(format?.type === "json_schema" ? { responseFormat: { type: "json" as const, schema: format.schema } } : {}),
  };
}

type Items = Exclude<ResponsesBody["input"], string>;

/** Calls follow the assistant's words in one message, as templates want them. */
function toMessages(items: Items): Message[] {
  const names = new Map<string, string>();
  const messages: { role: Message["role"]; content: ContentPart[] }[] = [];
  for (const one of items) {
    if ("role" in one) {
      const role = one.role === "developer" ? "system" : one.role;
      const content = typeof one.content === "string" ? [{ type: "text" as const, text: one.content }] : one.content.map(toPart);
      messages.push({ role, content });
    } else if (one.type === "function_call") {
      names.set(one.call_id, one.name);
      const call: ContentPart = { type: "tool-call", id: one.call_id, name: one.name, arguments: parseArguments(one.arguments) };
      const last = messages.at(-1);
      if (last?.role === "assistant") last.content.push(call);
      else messages.push({ role: "assistant", content: [call] });
    } else if (one.type === "function_call_output") {
      const name = names.get(one.call_id);
      if (name === undefined) throw new TenfoldError("invalid-input", `No item before asks for the call ${one.call_id}.`);
      messages.push({ role: "tool", content: [{ type: "tool-result", id: one.call_id, name, result: one.output }] });
    }
  }
  return messages;
}

function toPart(part: z.output<typeof textPart> | z.output<typeof imageInput>): ContentPart {
  return part.type === "input_image" ? imagePart(part.image_url) : { type: "text", text: part.text };
}
