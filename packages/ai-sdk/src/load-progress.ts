import type { JSONObject, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ProgressEvent } from "@tenfold/core";

/** How far a model is that an answer waits for. */
export interface LoadProgress extends ProgressEvent {
  type: "tenfold-progress";
  modelId: string;
}

export function progressPart(modelId: string, event: ProgressEvent): Extract<LanguageModelV4StreamPart, { type: "raw" }> {
  return { type: "raw", rawValue: { type: "tenfold-progress", modelId, ...event } satisfies LoadProgress };
}

/**
 * For `messageMetadata` of `toUIMessageStream`: while a model is fetched and loaded, `message.metadata.progress` says how far that is.
 * `streamText` must be called with `include: { rawChunks: true }`.
 */
export function loadProgressMetadata({ part }: { part: { type: string; rawValue?: unknown } }): { progress: LoadProgress } | undefined {
  return part.type === "raw" && isLoadProgress(part.rawValue) ? { progress: part.rawValue } : undefined;
}

function isLoadProgress(value: unknown): value is LoadProgress {
  return typeof value === "object" && value !== null && (value as JSONObject).type === "tenfold-progress";
}
