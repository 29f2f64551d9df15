import { createJsonObjectScanner } from "./json-object-scanner.ts";
import { createOpenToolCall, invalidToolCall, type OpenToolCall, type OpenToolCallOptions, parsedArguments, unknownTool } from "./open-tool-call.ts";

/** Calls as Mistral writes them behind one tag: `[{…}, {…}]` or `name[ARGS]{…}`. */
export function createToolCallList(options: Omit<OpenToolCallOptions, "closeTag">): OpenToolCall {
  let state: "start" | "item" | "separator" | "named" = "start";
  let call: OpenToolCall | undefined;

  function item(): OpenToolCall {
    state = "item";
    return createOpenToolCall({ ...options, closeTag: "" });
  }

  function push(text: string): string | undefined {
    let rest = text;
    while (rest !== "") {
      if (call) {
        const left = call.push(rest);
        if (left === undefined) return undefined;
        call = undefined;
        if (state === "named") return left;
        state = "separator";
        rest = left;
        continue;
      }
      const char = rest.charAt(0);
      if (/\s/.test(char)) rest = rest.slice(1);
      else if (state === "start" && char !== "[") {
        state = "named";
        call = createNamedToolCall(options);
      } else {
        rest = rest.slice(1);
        if (state === "separator" && char === "]") return rest;
        if (char !== (state === "start" ? "[" : ",")) throw invalidToolCall(`unexpected ${JSON.stringify(char)} between calls`);
        call = item();
      }
    }
    return undefined;
  }

  return {
    push,
    end(truncated) {
      if (call) return call.end(truncated);
      if (state === "start" && !truncated) throw invalidToolCall("there is none behind its tag");
      return undefined;
    },
  };
}

const argumentsTag = "[ARGS]";
/** Longer than any name, shorter than an answer. */
const maxHeadLength = 1000;

/** `name[ARGS]{…}`, or with a `[CALL_ID]…` before the arguments. */
function createNamedToolCall({ tools, createId, emit }: Omit<OpenToolCallOptions, "closeTag">): OpenToolCall {
  const id = createId();
  const pieces: string[] = [];
  const scanner = createJsonObjectScanner(() => {});
  let head = "";
  let name: string | undefined;

  function readHead(text: string): string | undefined {
    head += text;
    const end = head.indexOf(argumentsTag);
    if (end === -1) {
      if (head.length > maxHeadLength) throw invalidToolCall(`${argumentsTag} does not follow the name`);
      return undefined;
    }
    const found = head
      .slice(0, end)
      .replace(/\[CALL_ID\].*$/s, "")
      .trim();
    if (!tools.some((tool) => tool.name === found)) throw unknownTool(found, tools);
    name = found;
    emit({ type: "tool-call-start", id, name });
    return head.slice(end + argumentsTag.length).trimStart();
  }

  /** Hands out what belongs to the arguments. @returns where they end, if they do. */
  function argumentsLength(text: string): number | undefined {
    let length = 0;
    let done = false;
    try {
      // Letter by letter, so that what is handed out before a failure is the same however the text is cut.
      while (length < text.length && !done) {
        done = scanner.push(text.charAt(length)).done;
        length += 1;
      }
    } catch (error) {
      throw invalidToolCall(error instanceof Error ? error.message : String(error), error);
    } finally {
      if (length > 0) {
        pieces.push(text.slice(0, length));
        emit({ type: "tool-call-delta", id, argumentsText: text.slice(0, length) });
      }
    }
    return done ? length : undefined;
  }

  return {
    push(text) {
      const behind = name === undefined ? readHead(text) : text;
      const rest = pieces.length === 0 ? behind?.trimStart() : behind;
      if (!rest || name === undefined) return undefined;
      const length = argumentsLength(rest);
      if (length === undefined) return undefined;
      emit({ type: "tool-call", id, name, arguments: parsedArguments(pieces.join("")) });
      return rest.slice(length);
    },
    end(truncated) {
      if (!truncated) throw invalidToolCall("it ends before its arguments are complete");
      return undefined;
    },
  };
}
