import type { SharedV4Warning } from "@ai-sdk/provider";
import type { Warning } from "@tenfold/core";

/** Settings that the AI SDK calls otherwise. */
const sdkNames: Readonly<Record<string, string>> = { maxTokens: "maxOutputTokens", stop: "stopSequences" };

export function toSdkWarning({ kind, setting, message }: Warning): SharedV4Warning {
  if (kind !== "ignored-setting" || setting === undefined) return { type: "other", message };
  return { type: "unsupported", feature: sdkNames[setting] ?? setting, details: message };
}
