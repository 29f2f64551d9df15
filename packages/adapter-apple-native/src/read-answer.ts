import type { GenerateEvent, GenerateRequest, LoadedModel, Warning } from "@tenfold/core";
import type { Lock } from "@tenfold/generation/loop";
import { type AnswerParserOptions, createAnswerParser, createGenerationClock } from "@tenfold/generation/parse";

/** A request as the framework gets it, and how its text becomes an answer. */
export interface Translation {
  request: GenerateRequest;
  parser: AnswerParserOptions;
  warnings: readonly Warning[];
  /** Of the prompt, where Tenfold's tokenizer made it: what the framework counts is another text's where something in it was defused. */
  promptTokens?: number;
  /** For an answer that a stop string ends, whose `finish` the framework never tells. */
  countPrompt(): Promise<number>;
  countTokens(text: string): Promise<number>;
}

export interface ReadAnswerParts {
  remote: Pick<LoadedModel, "generate">;
  /** The framework does one thing at a time. */
  lock: Lock;
  now: () => number;
}

/** An answer of a model that writes text: stop strings, thoughts and tool calls are found in it. */
export async function* readAnswer({ remote, lock, now }: ReadAnswerParts, translation: Translation): AsyncGenerator<GenerateEvent, void> {
  const { request, warnings } = translation;
  const release = await lock.acquire(request.signal);
  try {
    const clock = createGenerationClock(now);
    const parser = createAnswerParser(translation.parser);
    let text = "";
    for await (const event of remote.generate(request)) {
      if (event.type === "start") yield { ...event, warnings: [...warnings, ...event.warnings] };
      else if (event.type === "text") {
        clock.firstToken();
        text += event.text;
        yield* parser.push(event.text);
        // Leaving the loop ends the answer where it is made.
        if (parser.stopped) break;
      } else if (event.type === "finish") {
        yield* parser.end(event.reason === "length");
        const { promptTokens = event.usage.promptTokens } = translation;
        const usage = { ...event.usage, promptTokens, cachedTokens: Math.min(event.usage.cachedTokens, promptTokens) };
        yield { ...event, reason: event.reason === "stop" && parser.sawToolCall ? "tool-calls" : event.reason, usage };
      } else yield event;
    }
    if (!parser.stopped) return;
    const [promptTokens, completionTokens] = await Promise.all([translation.countPrompt(), translation.countTokens(text)]);
    request.signal?.throwIfAborted();
    yield {
      type: "finish",
      reason: parser.sawToolCall ? "tool-calls" : "stop",
      usage: { promptTokens, cachedTokens: 0, completionTokens },
      timings: clock.timings(promptTokens, completionTokens),
    };
  } finally {
    release();
  }
}
