import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, Tool } from "@tenfold/core";
import { createOpenToolCall, type OpenToolCall } from "./open-tool-call.ts";
import { createPatternScanner, type PatternScanner } from "./pattern-scanner.ts";
import { createTentativeToolCall } from "./tentative-tool-call.ts";
import { createToolCallList } from "./tool-call-list.ts";
import type { ToolCallStyle } from "./tool-call-styles.ts";
import { createTrimmedStream, startOfText, type TrimmedStream } from "./trimmed-stream.ts";

export type AnswerEvent = Extract<GenerateEvent, { type: "text" | "reasoning" | "tool-call-start" | "tool-call-delta" | "tool-call" }>;

export interface AnswerParserOptions {
  /** Strings that end the answer. They count in its text only: not in thoughts, not in tool calls. */
  stop?: readonly string[];
  /** The tags around thoughts. `open` is absent when the prompt has opened them already. */
  reasoning?: { open: string; close: string; startsInside?: boolean };
  /** How the model writes tool calls, and the tools that may be called. Absent: calls are text. */
  toolCalls?: Omit<ToolCallStyle, "argumentsName"> & { tools: readonly Tool[] };
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

export const thinkTags = { open: "<think>", close: "</think>" } as const;

type Mode = "text" | "reasoning" | "tool-call" | "stopped";

/**
 * Turns the text of an answer into events while it streams. Line breaks at the borders of thoughts and tool calls
 * belong to the tags, not to the text. The same text gives the same answer however it is cut.
 */
export function createAnswerParser({ stop = [], reasoning, toolCalls, createId = randomId }: AnswerParserOptions): AnswerParser {
  const stops = stop.filter((one) => one !== "");
  const textPatterns = [...stops, ...(reasoning ? [reasoning.open] : []), ...(toolCalls?.open ? [toolCalls.open] : [])];
  let mode: Mode = "text";
  let scanner: PatternScanner = createPatternScanner(textPatterns);
  let trimmed: TrimmedStream = createTrimmedStream({ afterTag: false });
  let call: OpenToolCall | undefined;
  let sawToolCall = false;
  let failure: TenfoldError | undefined;
  let events: AnswerEvent[] = [];
  // Line breaks behind a tag are not text, so no stop string can begin in them.
  let behindTag = false;
  /** What stood before a call that may turn out to be none. */
  let textIfNoCall = "";
  /** Where a call without a tag may begin: spaces so far, or undefined once there was text. */
  let beforeBareCall = toolCalls?.bare ? "" : undefined;
  if (reasoning?.startsInside) enter("reasoning");

  function enter(next: "text" | "reasoning" | "tool-call"): void {
    mode = next;
    behindTag = next === "text";
    trimmed = createTrimmedStream({ afterTag: true });
    if (next === "text") scanner = createPatternScanner(textPatterns);
    else if (next === "reasoning") scanner = createPatternScanner([reasoning?.close ?? ""]);
    else call = openToolCall(toolCalls?.open ?? "", toolCalls?.close ?? "");
    if (toolCalls?.bare && next === "text") beforeBareCall = "";
  }

  function openToolCall(open: string, closeTag: string): OpenToolCall {
    const create = (emitTo: (event: AnswerEvent) => void) => {
      const options = { tools: toolCalls?.tools ?? [], createId, emit: emitTo };
      return toolCalls?.list && open !== "" ? createToolCallList(options) : createOpenToolCall({ ...options, closeTag });
    };
    return open !== "" && !toolCalls?.tentative ? create(emit) : createTentativeToolCall({ create, emit });
  }

  /** Takes spaces and semicolons before a call without a tag; returns what is left to be read, or nothing yet. */
  function readBareCall(text: string): string | undefined {
    const waiting = (beforeBareCall ?? "") + text;
    const start = waiting.search(sawToolCall ? /[^\s;]/ : /\S/);
    if (start === -1) {
      beforeBareCall = waiting;
      return undefined;
    }
    beforeBareCall = undefined;
    if (waiting.charAt(start) !== "{") return waiting;
    textIfNoCall = behindTag ? "" : waiting.slice(0, start);
    mode = "tool-call";
    call = openToolCall("", "");
    return waiting.slice(start);
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
    else if (pattern === toolCalls?.open) {
      textIfNoCall = trimmed.take() + pattern;
      enter("tool-call");
    } else if (pattern === reasoning?.open) enter("reasoning");
    else {
      say(trimmed.take());
      mode = "stopped";
    }
  }

  /** Reads to the next border; returns what lies behind it, or nothing when there is none yet. */
  function readPart(text: string): string | undefined {
    if (mode === "tool-call") {
      const rest = call?.push(text);
      if (rest !== undefined) leaveToolCall();
      return rest;
    }
    if (mode === "text" && beforeBareCall !== undefined) return readBareCall(text);
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

  function readAll(text: string): void {
    for (let rest: string | undefined = text; rest !== undefined && mode !== "stopped"; ) rest = readPart(rest);
  }

  function leaveToolCall(): void {
    const wasCall = call?.failed !== true;
    enter("text");
    if (wasCall) return;
    // It was text, and more of it follows: nothing is trimmed, and no call begins in its middle.
    behindTag = false;
    beforeBareCall = undefined;
    trimmed = createTrimmedStream({ afterTag: false });
    say(trimmed.push(textIfNoCall));
  }

  function readEnd(truncated: boolean): void {
    if (mode === "stopped") return;
    const left = mode === "tool-call" ? call?.end(truncated) : undefined;
    if (left !== undefined) {
      leaveToolCall();
      readAll(left);
    }
    if (mode === "text" || mode === "reasoning") {
      if (beforeBareCall) say(trimmed.push(sawToolCall ? "" : beforeBareCall));
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
    push: (text) => collect(() => readAll(text)),
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
