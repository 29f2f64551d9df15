import { TenfoldError } from "@tenfold/catalog";
import type { Message, Warning } from "@tenfold/core";

/** What to do with a conversation that is longer than the context: fail, cut tokens out behind its beginning, or leave its oldest turns out. */
export type OverflowPolicy = "error" | "slide" | "drop-turns";

export interface FitMessagesOptions<Prompt extends { tokens: ArrayLike<number> }> {
  messages: readonly Message[];
  /** Renders messages and makes tokens of them. */
  render(messages: readonly Message[]): Prompt;
  contextSize: number;
  policy: OverflowPolicy;
  /** Tokens to keep free for the answer where something is left out anyway. Default: a quarter of the context. */
  answerTokens?: number;
}

/** Tokens at the beginning that sliding keeps: models attend to them more than to others (attention sinks, Xiao et al. 2023). */
const keptAtStart = 4;

/**
 * Makes a prompt of messages that leaves room for an answer.
 * @returns what `render` gave for what is left of the messages, its tokens shortened if they slide, and what to say in `start`.
 * @throws TenfoldError `context-overflow` where the policy cannot make it fit.
 */
export function fitMessages<Prompt extends { tokens: ArrayLike<number> }>({
  messages,
  render,
  contextSize,
  policy,
  answerTokens = Math.floor(contextSize / 4),
}: FitMessagesOptions<Prompt>): { prompt: Omit<Prompt, "tokens"> & { tokens: ArrayLike<number> }; warnings: Warning[] } {
  const whole = render(messages);
  if (whole.tokens.length < contextSize) return { prompt: whole, warnings: [] };
  const room = Math.max(1, contextSize - Math.max(1, Math.min(answerTokens, Math.floor(contextSize / 2))));
  if (policy === "slide") return slide(whole, room);
  if (policy === "drop-turns") {
    const starts = turnStarts(messages);
    let least = 1;
    let most = starts.length - 1;
    let fitting: { prompt: Prompt; dropped: number } | undefined;
    // Fewer turns make fewer tokens, so that halving finds the least to drop.
    while (least <= most) {
      const turns = (least + most) >> 1;
      const from = starts[turns] ?? messages.length;
      const prompt = render([...messages.slice(0, starts[0]), ...messages.slice(from)]);
      if (prompt.tokens.length <= room) {
        fitting = { prompt, dropped: from - (starts[0] ?? 0) };
        most = turns - 1;
      } else least = turns + 1;
    }
    if (fitting) return { prompt: fitting.prompt, warnings: [droppedMessages(fitting.dropped)] };
  }
  throw contextOverflow(whole.tokens.length, contextSize);
}

export function contextOverflow(promptTokens: number, contextSize: number): TenfoldError {
  return new TenfoldError(
    "context-overflow",
    `The prompt has ${promptTokens} tokens; with room for an answer the context of ${contextSize} takes ${contextSize - 1}.`,
    { details: { promptTokens, contextSize } },
  );
}

function slide<Prompt extends { tokens: ArrayLike<number> }>(whole: Prompt, room: number) {
  const tokens = Array.from(whole.tokens);
  const start = Math.min(keptAtStart, room - 1);
  const kept = [...tokens.slice(0, start), ...tokens.slice(tokens.length - (room - start))];
  const warning: Warning = {
    kind: "other",
    message: `The prompt is longer than the context: ${tokens.length - kept.length} of its ${tokens.length} tokens behind the first ${start} were left out.`,
  };
  return { prompt: { ...whole, tokens: kept }, warnings: [warning] };
}

function droppedMessages(count: number): Warning {
  return { kind: "dropped-messages", message: `The conversation is longer than the context: its ${count} oldest messages were left out.` };
}

/** Where turns begin: with what a user says. What stands before the first turn always stays. */
function turnStarts(messages: readonly Message[]): number[] {
  return messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
}
