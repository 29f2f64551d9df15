import type { JSONObject, LanguageModelV4StreamPart, SharedV4Warning } from "@ai-sdk/provider";
import type { Accelerator, FrameworkId } from "@tenfold/catalog";
import type { GenerateEvent, LogProbability, Usage } from "@tenfold/core";
import { toSdkWarning } from "./warnings.ts";

type FinishPart = Extract<LanguageModelV4StreamPart, { type: "finish" }>;
type Block = { kind: "text" | "reasoning"; id: string };

export interface AnswerOrigin {
  /** What of the call the model cannot do. */
  warnings: readonly SharedV4Warning[];
  /** Who answers, where that is known: asked at the end, for another may have stepped in. */
  answering(): { modelId?: string; framework?: FrameworkId; variant?: string };
  /** Further metadata of the answer. */
  metadata: JSONObject;
}

/**
 * The events of one answer as parts in the order that the AI SDK asks for: first `stream-start` with all warnings, then blocks that are
 * opened and closed one after another, then `finish` with everything else under `tenfold`.
 */
export async function* toStreamParts(events: AsyncIterable<GenerateEvent>, origin: AnswerOrigin): AsyncGenerator<LanguageModelV4StreamPart> {
  const warnings = [...origin.warnings];
  const logProbabilities: LogProbability[] = [];
  const toolInputs = new Map<string, boolean>();
  let accelerator: Accelerator | undefined;
  let started = false;
  let thought = false;
  let blocks = 0;
  let open: Block | undefined;

  function* start(): Generator<LanguageModelV4StreamPart> {
    if (started) return;
    started = true;
    yield { type: "stream-start", warnings };
    const { modelId } = origin.answering();
    if (modelId !== undefined) yield { type: "response-metadata", modelId };
  }
  function* close(): Generator<LanguageModelV4StreamPart> {
    if (open) yield { type: `${open.kind}-end`, id: open.id };
    open = undefined;
  }
  function* say(kind: Block["kind"], delta: string): Generator<LanguageModelV4StreamPart> {
    if (open?.kind !== kind) {
      yield* close();
      blocks += 1;
      open = { kind, id: `${kind}-${blocks}` };
      yield { type: `${kind}-start`, id: open.id };
    }
    yield { type: `${kind}-delta`, id: open.id, delta };
  }
  function* openTool(id: string, toolName: string): Generator<LanguageModelV4StreamPart> {
    if (toolInputs.has(id)) return;
    yield* close();
    toolInputs.set(id, false);
    yield { type: "tool-input-start", id, toolName };
  }
  function* toolDelta(id: string, delta: string): Generator<LanguageModelV4StreamPart> {
    toolInputs.set(id, true);
    yield { type: "tool-input-delta", id, delta };
  }

  for await (const event of events) {
    // Whoever fails before the first word may be replaced, with warnings of its own: so the stream starts with that word.
    if (event.type === "start" || event.type === "failover") {
      accelerator = event.accelerator;
      warnings.push(...event.warnings.map(toSdkWarning));
      if (event.type === "failover") warnings.push({ type: "other", message: event.reason });
      continue;
    }
    if (event.type === "limit") continue;
    yield* start();
    switch (event.type) {
      case "text":
        logProbabilities.push(...(event.logProbabilities ?? []));
        yield* say("text", event.text);
        break;
      case "reasoning":
        thought = true;
        yield* say("reasoning", event.text);
        break;
      case "tool-call-start":
        yield* openTool(event.id, event.name);
        break;
      case "tool-call-delta":
        yield* toolDelta(event.id, event.argumentsText);
        break;
      case "tool-call": {
        const input = JSON.stringify(event.arguments ?? {});
        yield* openTool(event.id, event.name);
        // Frameworks that give a call whole have sent nothing of it before.
        if (!toolInputs.get(event.id)) yield* toolDelta(event.id, input);
        yield { type: "tool-input-end", id: event.id };
        yield { type: "tool-call", toolCallId: event.id, toolName: event.name, input };
        break;
      }
      case "finish": {
        yield* close();
        const { framework, variant } = origin.answering();
        const tenfold: JSONObject = {
          ...{ ...origin.metadata, timings: { ...event.timings } },
          ...(framework === undefined ? {} : { framework }),
          ...(variant === undefined ? {} : { variant }),
          ...(accelerator === undefined ? {} : { accelerator }),
          ...(logProbabilities.length === 0 ? {} : { logProbabilities: logProbabilities as unknown as JSONObject[] }),
        };
        yield {
          type: "finish",
          finishReason: { unified: event.reason, raw: event.reason },
          usage: toSdkUsage(event.usage, thought),
          providerMetadata: { tenfold },
        };
      }
    }
  }
}

/** How many of the tokens were thoughts is not counted: where there were any, neither share is known. */
function toSdkUsage({ promptTokens, cachedTokens, completionTokens }: Usage, thought: boolean): FinishPart["usage"] {
  return {
    inputTokens: { total: promptTokens, noCache: promptTokens - cachedTokens, cacheRead: cachedTokens, cacheWrite: undefined },
    outputTokens: { total: completionTokens, text: thought ? undefined : completionTokens, reasoning: thought ? undefined : 0 },
    raw: { promptTokens, cachedTokens, completionTokens },
  };
}
