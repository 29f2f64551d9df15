/** Reads one JSON object that arrives in pieces and hands out its members' values while they arrive. */
export interface JsonObjectScanner {
  /** Reads up to the closing brace. Throws a SyntaxError as soon as the text cannot become valid, at the latest at the end. */
  push(text: string): { done: boolean; rest: string };
}

/** A piece of the JSON text of a member's value; `ended` with the last piece. */
export type OnValue = (key: string, piece: string, ended: boolean) => void;

const maxDepth = 64;
const maxLength = 1024 * 1024;

type State = "start" | "first-key" | "next-key" | "key" | "colon" | "value" | "string" | "container" | "scalar" | "after-value" | "done";

/**
 * Follows the object's own structure strictly, and inside values only strings and brackets; JSON.parse has the last word on the
 * whole. At most 64 levels and 1 Mi characters.
 */
export function createJsonObjectScanner(onValue: OnValue): JsonObjectScanner {
  const pieces: string[] = [];
  const brackets: string[] = [];
  let length = 0;
  let state: State = "start";
  let key = "";
  let keyText = "";
  let inString = false;
  let escaping = false;

  function push(text: string): { done: boolean; rest: string } {
    let from = 0;
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charAt(index);
      const before = state;
      try {
        if (length + index >= maxLength) throw new SyntaxError(`it is longer than ${maxLength} characters`);
        step(char);
      } catch (error) {
        // What was fine is handed out first, so that a failure looks the same however the text was split.
        if (isInValue(before) && index > from) onValue(key, text.slice(from, index), false);
        throw error;
      }
      const isValue = state === "string" || state === "container" || state === "scalar";
      if (before === "value" && isValue) from = index;
      else if (isInValue(before) && !isValue) onValue(key, text.slice(from, before === "scalar" ? index : index + 1), true);
      if (state === "done") {
        keep(text.slice(0, index + 1));
        JSON.parse(pieces.join(""));
        return { done: true, rest: text.slice(index + 1) };
      }
    }
    keep(text);
    if (isInValue(state) && from < text.length) onValue(key, text.slice(from), false);
    return { done: false, rest: "" };
  }

  function keep(piece: string): void {
    pieces.push(piece);
    length += piece.length;
  }

  function step(char: string): void {
    if (state === "key") {
      keyText += char;
      if (endsString(char)) {
        key = String(JSON.parse(keyText));
        state = "colon";
      }
    } else if (state === "string") {
      if (endsString(char)) state = "after-value";
    } else if (state === "container") {
      stepContainer(char);
    } else if (state === "scalar") {
      if (/[\s,}]/.test(char)) {
        state = "after-value";
        step(char);
      } else if (!/[\w.+-]/.test(char)) unexpected(char);
    } else if (!/[ \t\r\n]/.test(char)) {
      stepStructure(char);
    }
  }

  function stepStructure(char: string): void {
    if (state === "start" && char === "{") state = "first-key";
    else if ((state === "first-key" || state === "next-key") && char === '"') {
      state = "key";
      keyText = char;
    } else if (state === "colon" && char === ":") state = "value";
    else if (state === "value" && char === '"') state = "string";
    else if (state === "value" && (char === "{" || char === "[")) {
      state = "container";
      brackets.push(char);
    } else if (state === "value" && /[-\dtfn]/.test(char)) state = "scalar";
    else if (state === "after-value" && char === ",") state = "next-key";
    else if ((state === "after-value" || state === "first-key") && char === "}") state = "done";
    else unexpected(char);
  }

  function stepContainer(char: string): void {
    if (inString) {
      if (endsString(char)) inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      brackets.push(char);
      if (brackets.length > maxDepth) throw new SyntaxError(`it is nested more than ${maxDepth} levels deep`);
    } else if (char === "}" || char === "]") {
      if (brackets.pop() !== (char === "}" ? "{" : "[")) unexpected(char);
      if (brackets.length === 0) state = "after-value";
    } else if (!/[\w\s:,.+-]/.test(char)) unexpected(char);
  }

  function endsString(char: string): boolean {
    if (escaping) escaping = false;
    else if (char === "\\") escaping = true;
    else if (char === '"') return true;
    return false;
  }

  function unexpected(char: string): never {
    throw new SyntaxError(`unexpected ${JSON.stringify(char)} ${placeNames[state]}`);
  }

  return { push };
}

function isInValue(state: State): boolean {
  return state === "string" || state === "container" || state === "scalar";
}

const placeNames: Record<State, string> = {
  start: "where the object should begin",
  "first-key": "where a name in double quotes should be",
  "next-key": "where a name in double quotes should be",
  key: "in a name",
  colon: "where a colon should be",
  value: "where a value should be",
  string: "in a string",
  container: "in a value",
  scalar: "in a value",
  "after-value": "after a value",
  done: "after the object",
};
