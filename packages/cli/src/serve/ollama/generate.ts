import type { GenerateRequest, Message } from "@tenfold/core";
import * as z from "zod/mini";
import { answer } from "../answer.ts";
import { type Route, readBody, sendJson } from "../route.ts";
import { imageOf } from "./image-of.ts";
import { sendAnswer } from "./send-answer.ts";
import { commonSchema, toSettings } from "./settings.ts";

const schema = z.object({
  ...commonSchema,
  prompt: z.optional(z.string()),
  system: z.optional(z.string()),
  images: z.optional(z.nullable(z.array(z.string()))),
  /** No template: the prompt is what the model gets. */
  raw: z.optional(z.boolean()),
});

export const generate: Route = {
  method: "POST",
  path: "/api/generate",
  dialect: "ollama",
  async handle({ models, request, response, signal, now }) {
    const body = await readBody(schema, request);
    const createdAt = () => new Date(now() * 1000).toISOString();
    const visit = await models.visit(body.model, signal);
    try {
      // Without a prompt a model is only loaded.
      if (!body.prompt) return sendJson(response, { model: body.model, created_at: createdAt(), response: "", done: true, done_reason: "load" });
      const system: Message[] = body.system ? [{ role: "system", content: body.system }] : [];
      const user: Message = { role: "user", content: [{ type: "text", text: body.prompt }, ...(body.images ?? []).map(imageOf)] };
      const asked: GenerateRequest = { ...toSettings(body), ...(body.raw ? { prompt: body.prompt } : { messages: [...system, user] }) };
      await sendAnswer({
        ...{ events: answer(visit, asked), response, streams: body.stream ?? true, model: body.model, createdAt },
        shape: ({ text, thinking }) => ({ response: text, ...(thinking === "" ? {} : { thinking }) }),
      });
    } finally {
      visit.leave();
    }
  },
};
