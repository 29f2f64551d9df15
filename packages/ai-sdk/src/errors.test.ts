import { APICallError } from "@ai-sdk/provider";
import { type ErrorCode, errorCodes, TenfoldError } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { toSdkError } from "./errors.ts";

const place = { modelId: "tiny", modelType: "languageModel", asked: "Hello" } as const;
const named: Partial<Record<ErrorCode, string>> = {
  "unknown-model": "AI_NoSuchModelError",
  "unknown-variant": "AI_NoSuchModelError",
  "ambiguous-model": "AI_NoSuchModelError",
  "unsupported-request": "AI_UnsupportedFunctionalityError",
  "template-failed": "AI_InvalidPromptError",
  "context-overflow": "AI_InvalidPromptError",
  "invalid-input": "AI_InvalidArgumentError",
  unauthorized: "AI_LoadAPIKeyError",
  "licence-not-accepted": "AI_LoadSettingError",
  "no-adapter": "AI_LoadSettingError",
  "framework-unavailable": "AI_LoadSettingError",
};

test.each(Object.keys(errorCodes) as ErrorCode[])("%s becomes an error of the SDK's, with its remedy, and tried again only where that may help", (code) => {
  const cause = new TenfoldError(code, "It did not work.");
  const error = toSdkError(cause, place);
  expect(error).toMatchObject({ name: named[code] ?? "AI_APICallError", message: expect.stringContaining(cause.remedy), cause });
  if (APICallError.isInstance(error)) expect(error.isRetryable).toBe(cause.retryable);
  else expect(cause.retryable).toBe(false);
});

test("what is no TenfoldError stays what it is", () => {
  const reason = new Error("enough");
  expect(toSdkError(reason, place)).toBe(reason);
});
