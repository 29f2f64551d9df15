import { TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, Timings, Usage, Warning } from "../contract/events.ts";

export interface ToolCall {
  id: string;
  name: string;
  arguments: unknown;
}

export interface GeneratedText {
  text: string;
  reasoning: string;
  toolCalls: readonly ToolCall[];
  finishReason: FinishReason;
  usage: Usage;
  timings: Timings;
  warnings: readonly Warning[];
}

/** Reads one answer to its end. Rejects as the stream does. */
export async function collectText(events: AsyncIterable<GenerateEvent>): Promise<GeneratedText> {
  let text = "";
  let reasoning = "";
  const toolCalls: ToolCall[] = [];
  let warnings: readonly Warning[] = [];
  for await (const event of events) {
    if (event.type === "start") warnings = event.warnings;
    else if (event.type === "text") text += event.text;
    else if (event.type === "reasoning") reasoning += event.text;
    else if (event.type === "tool-call") toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
    else if (event.type === "finish") return { text, reasoning, toolCalls, warnings, finishReason: event.reason, usage: event.usage, timings: event.timings };
  }
  throw new TenfoldError("generation-failed", "The answer ended without a finish event.", { remedy: "This is a mistake in the adapter; report it." });
}
