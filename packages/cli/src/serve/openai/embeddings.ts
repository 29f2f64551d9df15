import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import { type Route, readBody, sendJson } from "../route.ts";

const schema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).check(z.minLength(1))]),
  encoding_format: z.optional(z.nullable(z.enum(["float", "base64"]))),
  dimensions: z.optional(z.null({ error: "a model's vectors have the length that it was trained for" })),
});

export const embeddings: Route = {
  method: "POST",
  path: "/v1/embeddings",
  dialect: "openai",
  async handle({ models, request, response, signal }) {
    const body = await readBody(schema, request);
    const texts = typeof body.input === "string" ? [body.input] : body.input;
    const visit = await models.visit(body.model, signal);
    try {
      const { model } = visit;
      if (!model.embed) throw new TenfoldError("unsupported-request", `${body.model} does not embed texts.`);
      const vectors = await model.embed(texts, { signal: visit.signal });
      const counts = await Promise.all(texts.map((text) => model.countTokens(text)));
      const tokens = counts.reduce((sum, count) => sum + count.tokens, 0);
      const written = (vector: Float32Array) =>
        body.encoding_format === "base64" ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64") : [...vector];
      const data = vectors.map((vector, index) => ({ object: "embedding", index, embedding: written(vector) }));
      sendJson(response, { object: "list", data, model: body.model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
    } finally {
      visit.leave();
    }
  },
};
