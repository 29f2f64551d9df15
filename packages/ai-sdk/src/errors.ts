import {
  type AISDKError,
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  LoadSettingError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { TenfoldError } from "@tenfold/catalog";

export interface ErrorPlace {
  modelId: string;
  modelType: "languageModel" | "embeddingModel" | "rerankingModel";
  /** What was asked, for errors that carry it. */
  asked: unknown;
}

/**
 * The AI SDK's own error for a TenfoldError, which becomes its cause; the message ends with the remedy. What may succeed when it is done
 * again is an APICallError that says so, so that the SDK's `maxRetries` works. Anything else, an abort's reason above all, stays as it is.
 */
export function toSdkError(error: unknown, { modelId, modelType, asked }: ErrorPlace): unknown {
  if (!TenfoldError.is(error)) return error;
  const message = `${error.message} ${error.remedy}`;
  const make = (): AISDKError => {
    switch (error.code) {
      case "unknown-model":
      case "unknown-variant":
      case "ambiguous-model":
        return new NoSuchModelError({ modelId, modelType, message });
      case "unsupported-request":
        return new UnsupportedFunctionalityError({ functionality: error.message, message });
      case "template-failed":
      case "context-overflow":
        return new InvalidPromptError({ prompt: asked, message });
      case "invalid-input":
        return new InvalidArgumentError({ argument: "options", message });
      case "unauthorized":
        return new LoadAPIKeyError({ message });
      case "licence-not-accepted":
      case "no-adapter":
      case "framework-unavailable":
        return new LoadSettingError({ message });
      default:
        return new APICallError({ message, url: `tenfold:${modelId}`, requestBodyValues: asked, isRetryable: error.retryable });
    }
  };
  // Not all of them take a cause, and all of them have one.
  return Object.assign(make(), { cause: error });
}
