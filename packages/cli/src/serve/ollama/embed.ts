import * as z from "zod/mini";
import { embedTexts } from "../embed-texts.ts";
import { type Route, readBody, sendJson } from "../route.ts";

const schema = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) });

export const embed: Route = {
  method: "POST",
  path: "/api/embed",
  dialect: "ollama",
  async handle({ models, request, response, signal }) {
    const body = await readBody(schema, request);
    const { vectors, tokens } = await embedTexts(models, body, signal);
    sendJson(response, { model: body.model, embeddings: vectors.map((vector) => [...vector]), prompt_eval_count: tokens });
  },
};
