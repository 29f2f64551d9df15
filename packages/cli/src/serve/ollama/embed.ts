import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import { type Route, readBody, sendJson } from "../route.ts";

const schema = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) });

export const embed: Route = {
  method: "POST",
  path: "/api/embed",
  dialect: "ollama",
  async handle({ models, request, response, signal }) {
    const body = await readBody(schema, request);
    const texts = typeof body.input === "string" ? [body.input] : body.input;
    const visit = await models.visit(body.model, signal);
    try {
      const { model } = visit;
      if (!model.embed) throw new TenfoldError("unsupported-request", `${body.model} does not embed texts.`);
      const vectors = await model.embed(texts, { signal: visit.signal });
      const counts = await Promise.all(texts.map((text) => model.countTokens(text)));
      sendJson(response, {
        model: body.model,
        embeddings: vectors.map((vector) => [...vector]),
        prompt_eval_count: counts.reduce((sum, { tokens }) => sum + tokens, 0),
      });
    } finally {
      visit.leave();
    }
  },
};
