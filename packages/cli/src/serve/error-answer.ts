import { type ErrorCode, TenfoldError } from "@tenfold/catalog";
import type { Dialect } from "./route.ts";

const statuses: Partial<Record<ErrorCode, number>> = {
  ...{ "invalid-input": 400, "unsupported-request": 400, "context-overflow": 400, "template-failed": 400 },
  ...{ "unknown-model": 404, "unknown-variant": 404, "ambiguous-model": 404, "not-installed": 404 },
  unauthorized: 401,
  forbidden: 403,
  busy: 429,
  ...{ timeout: 503, disposed: 503, "out-of-memory": 503, crashed: 503, "store-locked": 503 },
};

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** An error as the clients of a dialect read it; the message ends with the remedy. */
export function errorAnswer(error: unknown, dialect: Dialect): ErrorAnswer {
  const known = TenfoldError.is(error) ? error : undefined;
  const status = (known && statuses[known.code]) ?? 500;
  const message = known ? `${known.message} ${known.remedy}` : "The server made a mistake.";
  const headers = status === 429 || status === 503 ? { "retry-after": "1" } : {};
  if (dialect === "ollama") return { status, headers, body: { error: message } };
  const type =
    status === 429 ? "rate_limit_error" : status === 401 || status === 403 ? "authentication_error" : status < 500 ? "invalid_request_error" : "server_error";
  const code = known?.code === "unknown-model" ? "model_not_found" : known?.code === "context-overflow" ? "context_length_exceeded" : (known?.code ?? null);
  return { status, headers, body: { error: { message, type, param: null, code } } };
}
