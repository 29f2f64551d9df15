import { TenfoldError } from "@tenfold/catalog";

export interface ToolCallProgress {
  /** Once, when it is known. */
  name?: string;
  /** The next piece of the arguments' JSON text, never before the name. */
  argumentsText?: string;
}

export interface ToolCallScanner {
  push(text: string): ToolCallProgress;
  /** True when the closing brace of the call has come. */
  readonly done: boolean;
  /** @throws TenfoldError `invalid-tool-call` unless the call is complete. */
  result(): { name: string; arguments: unknown };
}

const lengthLimit = 1024 * 1024;
const depthLimit = 128;

/**
 * Reads `{"name": …, "arguments": …}` while it streams, in either order of the keys.
 * Text behind the closing brace may be white space only.
 */
export function createToolCallScanner(): ToolCallScanner {
  let raw = "";
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Where the string or value at the top level of the call that is being read begins. */
  let start = -1;
  let key: string | undefined;
  let expects: "key" | "value" = "key";
  let name: string | undefined;
  let argumentsStart = -1;
  let argumentsEnd = -1;
  let argumentsSent = 0;
  let done = false;

  function endValue(end: number): void {
    const text = raw.slice(start, end).trim();
    if (key === "name") name = parseString(text, raw);
    if (key === "arguments") argumentsEnd = start + raw.slice(start, end).trimEnd().length;
    start = -1;
  }

  function read(character: string, at: number): void {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') {
        inString = false;
        if (depth === 1 && expects === "key") key = parseString(raw.slice(start, at + 1), raw);
      }
      return;
    }
    if (/\s/.test(character)) return;
    if (done || (depth === 0 && character !== "{")) throw invalid(raw, `"${character}" is out of place`);
    if (depth === 1 && character === ":" && expects === "key") {
      expects = "value";
      start = -1;
      return;
    }
    if (depth === 1 && (character === "," || character === "}") && expects === "value") {
      endValue(at);
      expects = "key";
    } else if (depth === 1 && expects === "value" && start === -1) {
      start = at;
      if (key === "arguments") argumentsStart = at;
    }
    if (character === '"') {
      inString = true;
      if (depth === 1 && expects === "key") start = at;
    } else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > depthLimit) throw invalid(raw, "it nests too deeply");
    } else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) done = true;
    }
  }

  return {
    get done() {
      return done;
    },
    push(text) {
      const before = name;
      for (const character of text) {
        raw += character;
        if (raw.length > lengthLimit) throw invalid(raw, "it is too long");
        read(character, raw.length - character.length);
      }
      const progress: ToolCallProgress = {};
      if (before === undefined && name !== undefined) progress.name = name;
      if (name !== undefined && argumentsStart >= 0) {
        const available = raw.slice(argumentsStart, argumentsEnd >= 0 ? argumentsEnd : raw.length);
        if (available.length > argumentsSent) progress.argumentsText = available.slice(argumentsSent);
        argumentsSent = Math.max(argumentsSent, available.length);
      }
      return progress;
    },
    result() {
      if (!done) throw invalid(raw, "it is not complete");
      let call: { name?: unknown; arguments?: unknown };
      try {
        call = JSON.parse(raw) as typeof call;
      } catch (error) {
        throw invalid(raw, error instanceof Error ? error.message : String(error));
      }
      if (typeof call.name !== "string") throw invalid(raw, "it has no name");
      return { name: call.name, arguments: parsedArguments(call.arguments) };
    },
  };
}

/** Some models write the arguments as a string that holds JSON. */
function parsedArguments(value: unknown): unknown {
  if (typeof value !== "string") return value ?? {};
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function parseString(text: string, raw: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // Reported below, as any other value that is no string.
  }
  throw invalid(raw, `${text} is not a string`);
}

function invalid(raw: string, why: string): TenfoldError {
  return new TenfoldError("invalid-tool-call", `The tool call cannot be read: ${why}. It begins: ${raw.slice(0, 200)}`);
}
