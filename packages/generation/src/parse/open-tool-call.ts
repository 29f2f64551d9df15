import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, Tool } from "@tenfold/core";
import { createJsonObjectScanner } from "./json-object-scanner.ts";

export type ToolCallEvent = Extract<GenerateEvent, { type: "tool-call-start" | "tool-call-delta" | "tool-call" }>;

/** One call, from behind its opening tag to its closing tag. Both methods throw `invalid-tool-call`. */
export interface OpenToolCall {
  /** Returns what follows the closing tag, once that has come. */
  push(text: string): string | undefined;
  /** The text ends: a call that lacks nothing but its closing tag counts; another is a failure unless the answer was cut off. */
  end(truncated: boolean): string | undefined;
  /** It turned out to be text, which `push` or `end` returned. */
  readonly failed?: boolean;
}

export interface OpenToolCallOptions {
  /** Empty: the object's end is the call's. */
  closeTag: string;
  tools: readonly Tool[];
  createId: () => string;
  emit: (event: ToolCallEvent) => void;
}

export function createOpenToolCall({ closeTag, tools, createId, emit }: OpenToolCallOptions): OpenToolCall {
  const id = createId();
  const nameText: string[] = [];
  const argumentsText: string[] = [];
  const quotedText: string[] = [];
  let name: string | undefined;
  let argumentsEnded = false;
  let objectEnded = false;
  let tail = "";

  const scanner = createJsonObjectScanner((key, piece, ended) => {
    if (key === "name") readName(piece, ended);
    else if (key === "arguments" || key === "parameters") readArguments(piece, ended);
  });

  function readName(piece: string, ended: boolean): void {
    if (name !== undefined) throw invalidToolCall('it has two members "name"');
    nameText.push(piece);
    if (!ended) return;
    const value: unknown = JSON.parse(nameText.join(""));
    if (typeof value !== "string") throw invalidToolCall('its "name" is not a string');
    if (!tools.some((tool) => tool.name === value)) throw unknownTool(value, tools);
    name = value;
    emit({ type: "tool-call-start", id, name });
    if (argumentsText.length > 0) emit({ type: "tool-call-delta", id, argumentsText: argumentsText.join("") });
  }

  function readArguments(piece: string, ended: boolean): void {
    if (argumentsEnded) throw invalidToolCall('it has two members "arguments"');
    argumentsEnded = ended;
    // Some models write the arguments as a string that holds JSON; it has to be whole before it can be read.
    if (quotedText.length > 0 || (argumentsText.length === 0 && piece.startsWith('"'))) {
      quotedText.push(piece);
      if (ended) addArguments(String(JSON.parse(quotedText.join(""))).trim());
    } else addArguments(piece);
  }

  function addArguments(piece: string): void {
    if (argumentsText.length === 0 && !piece.startsWith("{")) throw invalidToolCall('its "arguments" are not an object');
    argumentsText.push(piece);
    if (name !== undefined) emit({ type: "tool-call-delta", id, argumentsText: piece });
  }

  function finish(): void {
    if (name === undefined) throw invalidToolCall('it has no "name"');
    // A tool without parameters is often called without arguments.
    if (argumentsText.length === 0) emit({ type: "tool-call-delta", id, argumentsText: "{}" });
    emit({ type: "tool-call", id, name, arguments: parsedArguments(argumentsText.join("") || "{}") });
  }

  function push(text: string): string | undefined {
    let rest = text;
    if (!objectEnded) {
      const read = scan(rest);
      if (!read.done) return undefined;
      objectEnded = true;
      rest = read.rest;
      if (closeTag === "") {
        finish();
        return rest;
      }
    }
    for (let index = 0; index < rest.length; index += 1) {
      const char = rest.charAt(index);
      if (tail === "" && /[ \t\r\n]/.test(char)) continue;
      tail += char;
      if (!closeTag.startsWith(tail)) throw invalidToolCall(`${closeTag} does not follow the object`);
      if (tail === closeTag) {
        finish();
        return rest.slice(index + 1);
      }
    }
    return undefined;
  }

  function scan(text: string): { done: boolean; rest: string } {
    try {
      return scanner.push(text);
    } catch (error) {
      throw error instanceof TenfoldError ? error : invalidToolCall(error instanceof Error ? error.message : String(error), error);
    }
  }

  function end(truncated: boolean): undefined {
    if (objectEnded && closeTag !== "") finish();
    else if (!truncated) throw invalidToolCall("it ends before the object is complete");
  }

  return { push, end };
}

export function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidToolCall('its "arguments" are not JSON', error);
  }
}

export function invalidToolCall(reason: string, cause?: unknown): TenfoldError {
  return new TenfoldError("invalid-tool-call", `The tool call is not valid: ${reason}. It must be one JSON object with "name" and "arguments".`, { cause });
}

export function unknownTool(name: string, tools: readonly Tool[]): TenfoldError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return new TenfoldError(
    "invalid-tool-call",
    `There is no tool named ${JSON.stringify(shown)}. The tools are: ${tools.map((tool) => tool.name).join(", ") || "none"}.`,
  );
}
