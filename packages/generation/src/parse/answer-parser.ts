import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, Tool } from "@tenfold/core";
import { createPatternScanner, type PatternScanner } from "./pattern-scanner.ts";
import { createToolCallScanner, type ToolCallScanner } from "./tool-call-scanner.ts";
import { createTrimmedStream, type TrimmedStream } from "./trimmed-stream.ts";

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
  /** @throws TenfoldError `invalid-tool-call`, in words that the model can be shown. */
  push(text: string): AnswerEvent[];
  /**
   * Flushes what was held back.
   * @param truncated the answer was cut off, so that an unfinished tool call is no fault of the model.
   */
  end(truncated: boolean): AnswerEvent[];
  /** A stop string has come: nothing after it counts. */
  readonly stopped: boolean;
  readonly sawToolCall: boolean;
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
  let call: { scanner: ToolCallScanner; id: string; started: boolean } | undefined;
  let sawToolCall = false;
  if (reasoning?.startsInside) enter("reasoning");

  function enter(next: Mode): void {
    mode = next;
    if (next === "text") {
      scanner = createPatternScanner(textPatterns);
      trimmed = createTrimmedStream({ afterTag: true });
    } else if (next === "reasoning") {
      scanner = createPatternScanner([reasoning?.close ?? ""]);
      trimmed = createTrimmedStream({ afterTag: true });
    } else if (next === "tool-call") {
      scanner = createPatternScanner([toolCalls?.close ?? ""]);
      call = { scanner: createToolCallScanner(), id: createId(), started: false };
    }
  }

  function carry(text: string): AnswerEvent[] {
    if (mode === "tool-call") return readCall(text);
    return said(trimmed.push(text));
  }

  function said(text: string): AnswerEvent[] {
    return text === "" ? [] : [{ type: mode === "reasoning" ? "reasoning" : "text", text }];
  }

  function readCall(text: string): AnswerEvent[] {
    if (!call || text === "") return [];
    const { name, argumentsText } = call.scanner.push(text);
    const events: AnswerEvent[] = [];
    if (name !== undefined) {
      if (!toolCalls?.tools.some((tool) => tool.name === name)) {
        const names = toolCalls?.tools.map((tool) => tool.name).join(", ");
        throw new TenfoldError("invalid-tool-call", `There is no tool called ${name}; there are: ${names}.`);
      }
      call.started = true;
      events.push({ type: "tool-call-start", id: call.id, name });
    }
    if (argumentsText !== undefined) events.push({ type: "tool-call-delta", id: call.id, argumentsText });
    return events;
  }

  function finishCall(): AnswerEvent[] {
    if (!call) return [];
    const { name, arguments: parsed } = call.scanner.result();
    const event: AnswerEvent = { type: "tool-call", id: call.id, name, arguments: parsed };
    call = undefined;
    sawToolCall = true;
    return [event];
  }

  function leave(pattern: string): AnswerEvent[] {
    if (mode === "tool-call") {
      const events = finishCall();
      enter("text");
      return events;
    }
    if (mode === "reasoning") enter("text");
    else if (pattern === toolCalls?.open) enter("tool-call");
    else if (pattern === reasoning?.open) enter("reasoning");
    else {
      const events = said(trimmed.take());
      mode = "stopped";
      return events;
    }
    return [];
  }

  return {
    get stopped() {
      return mode === "stopped";
    },
    get sawToolCall() {
      return sawToolCall;
    },
    push(text) {
      const events: AnswerEvent[] = [];
      for (let rest: string | undefined = text; rest !== undefined && mode !== "stopped"; ) {
        const match: { text: string; pattern?: string } = scanner.push(rest);
        events.push(...carry(match.text));
        rest = match.pattern === undefined ? undefined : scanner.take();
        if (match.pattern !== undefined) events.push(...leave(match.pattern));
      }
      return events;
    },
    end(truncated) {
      if (mode === "stopped") return [];
      const events = carry(scanner.take());
      if (mode === "text") events.push(...said(trimmed.take()));
      if (mode === "tool-call" && (!truncated || call?.scanner.done)) events.push(...finishCall());
      return events;
    },
  };
}

function randomId(): string {
  return `call-${Math.random().toString(36).slice(2, 12)}`;
}
