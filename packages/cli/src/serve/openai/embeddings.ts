import * as z from "zod/mini";
import { embedTexts } from "../embed-texts.ts";
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
    const { vectors, tokens } = await embedTexts(models, body, signal);
    const written = (vector: Float32Array) =>
      body.encoding_format === "base64" ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64") : [...vector];
    const data = vectors.map((vector, index) => ({ object: "embedding", index, embedding: written(vector) }));
    sendJson(response, { object: "list", data, model: body.model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
  },
};
