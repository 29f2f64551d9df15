import { parse, TenfoldError } from "@tenfold/catalog";
import type { z } from "zod";
import { jsonResponse } from "../http/json-response.ts";
import { problemResponse } from "../http/problem-response.ts";

/** Answers a JSON route: 400 for input that the schema refuses, 404 for `undefined`, else what was found. */
export async function answerJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  input: unknown,
  find: (input: z.output<Schema>) => Promise<unknown>,
): Promise<Response> {
  try {
    const found = await find(parse(schema, input, "request", "invalid-input"));
    if (found === undefined) return problemResponse(404, "unknown-model", "This hub publishes no such model.");
    return jsonResponse(request, { bytes: new TextEncoder().encode(JSON.stringify(found)), immutable: false });
  } catch (error) {
    if (TenfoldError.is(error, "invalid-input")) return problemResponse(400, error.code, error.message);
    throw error;
  }
}
