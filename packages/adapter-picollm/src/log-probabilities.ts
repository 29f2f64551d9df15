import type { LogProbability } from "@tenfold/core";
import type { AnswerEvent, AnswerParser } from "@tenfold/generation/parse";
import type { PicoCompletion } from "./binding.ts";

/** An answer again, token by token, with what picoLLM says of each once all are there. */
export function withLogProbabilities({ completionTokens = [] }: PicoCompletion, parser: AnswerParser, truncated: boolean): AnswerEvent[] {
  let pending: LogProbability[] = [];
  const attach = (events: readonly AnswerEvent[]) =>
    events.map((event) => {
      const taken = pending;
      pending = [];
      return event.type === "text" && taken.length > 0 ? { ...event, logProbabilities: taken } : event;
    });
  const answered = completionTokens.flatMap(({ token, topChoices }) => {
    if (parser.stopped) return [];
    pending.push({ ...told(token), top: topChoices.map(told) });
    return attach(parser.push(token.token));
  });
  return [...answered, ...attach(parser.end(truncated))];
}

// Rounding can make a probability a hair more than 1.
const told = ({ token, logProb }: { token: string; logProb: number }) => ({ token, logProbability: Math.min(0, logProb) });
