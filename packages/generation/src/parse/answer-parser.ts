import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, Tool } from "@tenfold/core";
import { createOpenToolCall, type OpenToolCall } from "./open-tool-call.ts";
import { createPatternScanner, type PatternScanner } from "./pattern-scanner.ts";
import { createTrimmedStream, startOfText, type TrimmedStream } from "./trimmed-stream.ts";

export type AnswerEvent = Extract<GenerateEvent, { type: "text" | "reasoning" | "tool-call-start" | "tool-call-delta" | "tool-call" }>;

export interface AnswerParserOptions {
  /** Strings that end the answer. They count in its text only: not in thoughts, not in tool calls. */
  stop?: readonly string[];
  /** The tags around thoughts. `open` is absent when the prompt has opened them already. */
  reasoning?: { open: string; close: string; startsInside?: boolean };
  /** The tags around tool calls, and the tools that may be called. Absent: such tags are text. */
  toolCalls?: { open: string; close: string; tools: readonly Tool[] };
  /** Names a tool call. Default: a random name. */
  createId?: () => string;
}

export interface AnswerParser {
  /**
   * @throws TenfoldError `invalid-tool-call`, in words that the model can be shown. When there are events from before the bad call, they
   * are returned first and the next `push` or `end` throws.
   */
  push(text: string): AnswerEvent[];
  /**
   * Flushes what was held back.
   * @param truncated the answer was cut off, so that an unfinished tool call is no fault of the model.
   */
  end(truncated: boolean): AnswerEvent[];
  /** A stop string has come: nothing after it counts. */
  readonly stopped: boolean;
  readonly sawToolCall: boolean;
  /** The text so far ends inside a thought. */
  readonly isThinking: boolean;
}

/** Tags of the Hermes style, which the Qwen, Hermes and SmolLM families share. */
export const hermesTags = { open: "<tool_call>", close: "</tool_call>" } as const;
export const thinkTags = { open: "<think>", close: "</think>" } as const;

type Mode = "text" | "reasoning" | "tool-call" | "stopped";

/**
 * Turns the text of an answer into events while it streams. Line breaks at the borders of thoughts and tool calls
 * belong to the tags, not to the text. The same text gives the same answer however it is cut.
 */
export function createAnswerParser({ stop = [], reasoning, toolCalls, createId = randomId }: AnswerParserOptions): AnswerParser {
  const stops = stop.filter((one) => one !== "");
  const textPatterns = [...stops, ...(reasoning ? [reasoning.open] : []), ...(toolCalls ? [toolCalls.open] : [])];
  let mode: Mode = "text";
  let scanner: PatternScanner = createPatternScanner(textPatterns);
  let trimmed: TrimmedStream = createTrimmedStream({ afterTag: false });
  let call: OpenToolCall | undefined;
  let sawToolCall = false;
  let failure: TenfoldError | undefined;
  let events: AnswerEvent[] = [];
  // Line breaks behind a tag are not text, so no stop string can begin in them.
  let behindTag = false;
  if (reasoning?.startsInside) enter("reasoning");

  function enter(next: "text" | "reasoning" | "tool-call"): void {
    mode = next;
    behindTag = next === "text";
    trimmed = createTrimmedStream({ afterTag: true });
    if (next === "text") scanner = createPatternScanner(textPatterns);
    else if (next === "reasoning") scanner = createPatternScanner([reasoning?.close ?? ""]);
    else call = createOpenToolCall({ closeTag: toolCalls?.close ?? "", tools: toolCalls?.tools ?? [], createId, emit });
  }

  function emit(event: AnswerEvent): void {
    if (event.type === "tool-call") sawToolCall = true;
    events.push(event);
  }

  function say(text: string): void {
    if (text !== "") emit({ type: mode === "reasoning" ? "reasoning" : "text", text });
  }

  function leave(pattern: string): void {
    if (mode === "reasoning") enter("text");
    else if (pattern === toolCalls?.open) enter("tool-call");
    else if (pattern === reasoning?.open) enter("reasoning");
    else {
      say(trimmed.take());
      mode = "stopped";
    }
  }

  /** Reads to the next border; returns what lies behind it, or nothing when there is none yet. */
  function readPart(text: string): string | undefined {
    if (mode === "tool-call") {
      const rest = call?.push(text);
      if (rest !== undefined) enter("text");
      return rest;
    }
    const kept = behindTag ? text.slice(startOfText(text)) : text;
    if (kept === "") return undefined;
    behindTag = false;
    const match = scanner.push(kept);
    say(trimmed.push(match.text));
    if (match.pattern === undefined) return undefined;
    const rest = scanner.take();
    leave(match.pattern);
    return rest;
  }

  function readEnd(truncated: boolean): void {
    if (mode === "stopped") return;
    if (mode === "tool-call") call?.end(truncated);
    else {
      say(trimmed.push(scanner.take()));
      if (mode === "text") say(trimmed.take());
    }
  }

  /** Runs one step; a failure waits until the events before it are delivered. */
  function collect(read: () => void): AnswerEvent[] {
    if (failure) throw failure;
    events = [];
    try {
      read();
    } catch (error) {
      if (!TenfoldError.is(error) || events.length === 0) throw error;
      failure = error;
    }
    return events;
  }

  return {
    get stopped() {
      return mode === "stopped";
    },
    get sawToolCall() {
      return sawToolCall;
    },
    get isThinking() {
      return mode === "reasoning";
    },
    push: (text) =>
      collect(() => {
        for (let rest: string | undefined = text; rest !== undefined && mode !== "stopped"; ) rest = readPart(rest);
      }),
    end(truncated) {
      const last = collect(() => readEnd(truncated));
      // Nothing comes after this to throw later.
      if (failure) throw failure;
      return last;
    },
  };
}

function randomId(): string {
  return `call-${Math.random().toString(36).slice(2, 12)}`;
}
