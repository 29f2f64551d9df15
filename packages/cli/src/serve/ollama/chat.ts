import type { ContentPart, Message } from "@tenfold/core";
import * as z from "zod/mini";
import { answer } from "../answer.ts";
import { toTool } from "../openai/chat-request.ts";
import { type Route, readBody } from "../route.ts";
import { imageOf } from "./image-of.ts";
import { sendAnswer } from "./send-answer.ts";
import { commonSchema, toSettings } from "./settings.ts";

const schemaObject = z.record(z.string(), z.unknown());
const call = z.object({ function: z.object({ name: z.string(), arguments: schemaObject }) });
const message = z.object({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.optional(z.string()),
  thinking: z.optional(z.string()),
  images: z.optional(z.nullable(z.array(z.string()))),
  tool_calls: z.optional(z.array(call)),
  tool_name: z.optional(z.string()),
});
const schema = z.object({
  ...commonSchema,
  messages: z.array(message).check(z.minLength(1)),
  tools: z.optional(
    z.array(
      z.object({
        type: z.optional(z.string()),
        function: z.object({ name: z.string(), description: z.optional(z.string()), parameters: z.optional(schemaObject) }),
      }),
    ),
  ),
});

export const chat: Route = {
  method: "POST",
  path: "/api/chat",
  dialect: "ollama",
  async handle({ models, request, response, signal, now }) {
    const body = await readBody(schema, request);
    const tools = (body.tools ?? []).map(({ function: { name, description, parameters } }) => toTool(name, description, parameters));
    const asked = { ...toSettings(body), messages: toMessages(body.messages), ...(tools.length > 0 ? { tools } : {}) };
    const visit = await models.visit(body.model, signal);
    try {
      await sendAnswer({
        ...{ events: answer(visit, asked), response, streams: body.stream ?? true, model: body.model },
        createdAt: () => new Date(now() * 1000).toISOString(),
        shape: ({ text, thinking, calls }) => ({
          message: { role: "assistant", content: text, ...(thinking === "" ? {} : { thinking }), ...(calls.length === 0 ? {} : { tool_calls: calls }) },
        }),
      });
    } finally {
      visit.leave();
    }
  },
};

/** Ollama's calls have no ids: results belong to calls in their order. */
function toMessages(messages: readonly z.output<typeof message>[]): Message[] {
  let asked = 0;
  let told = 0;
  return messages.map((one): Message => {
    const text: ContentPart[] = one.content ? [{ type: "text", text: one.content }] : [];
    if (one.role === "tool")
      return { role: "tool", content: [{ type: "tool-result", id: `call-${told++}`, name: one.tool_name ?? "", result: one.content ?? "" }] };
    if (one.role === "user") return { role: "user", content: [...text, ...(one.images ?? []).map(imageOf)] };
    if (one.role === "system") return { role: "system", content: one.content ?? "" };
    const thought: ContentPart[] = one.thinking ? [{ type: "reasoning", text: one.thinking }] : [];
    const calls = (one.tool_calls ?? []).map(
      (each): ContentPart => ({ type: "tool-call", id: `call-${asked++}`, name: each.function.name, arguments: each.function.arguments }),
    );
    return { role: "assistant", content: [...thought, ...text, ...calls] };
  });
}
