import type { LanguageModelV4Content, LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { TenfoldError } from "@tenfold/catalog";

/** Reads an answer to its end. Rejects as the stream does. */
export async function collectResult(parts: AsyncIterable<LanguageModelV4StreamPart>): Promise<LanguageModelV4GenerateResult> {
  const content: LanguageModelV4Content[] = [];
  const result: Pick<LanguageModelV4GenerateResult, "warnings" | "response"> = { warnings: [] };
  for await (const part of parts) {
    switch (part.type) {
      case "stream-start":
        result.warnings = part.warnings;
        break;
      case "response-metadata":
        result.response = { ...(part.modelId === undefined ? {} : { modelId: part.modelId }) };
        break;
      case "text-start":
      case "reasoning-start":
        content.push({ type: part.type === "text-start" ? "text" : "reasoning", text: "" });
        break;
      case "text-delta":
      case "reasoning-delta": {
        // Blocks come one after another, so that the last is the one that is open.
        const last = content.at(-1);
        if (last && "text" in last) last.text += part.delta;
        break;
      }
      case "tool-call":
        content.push(part);
        break;
      case "finish": {
        const { finishReason, usage, providerMetadata } = part;
        return { content, ...result, finishReason, usage, ...(providerMetadata ? { providerMetadata } : {}) };
      }
    }
  }
  throw new TenfoldError("generation-failed", "The answer ended without a finish event.", { remedy: "This is a mistake in the adapter; report it." });
}
