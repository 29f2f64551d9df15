import { type ErrorCode, errorCodes, TenfoldError } from "@tenfold/catalog";

/** What the Expo module rejected with: its errors carry the code of a TenfoldError. */
export function fromModule(error: unknown, fallback: ErrorCode, what: string): TenfoldError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
  if (typeof code === "string" && Object.hasOwn(errorCodes, code)) return new TenfoldError(code as ErrorCode, message ?? what, { cause: error });
  return TenfoldError.from(error, fallback, what);
}
