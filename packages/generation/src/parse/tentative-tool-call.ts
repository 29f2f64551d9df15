import { TenfoldError } from "@tenfold/catalog";
import type { AnswerEvent } from "./answer-parser.ts";
import type { OpenToolCall } from "./open-tool-call.ts";

interface TentativeToolCallOptions {
  create(emit: (event: AnswerEvent) => void): OpenToolCall;
  emit(event: AnswerEvent): void;
}

/** What may be a call or just JSON. Until it names a tool, a failure makes text of it; afterwards it is a malformed call. */
export function createTentativeToolCall({ create, emit }: TentativeToolCallOptions): OpenToolCall {
  let started = false;
  let failed = false;
  let raw = "";
  const call = create((event) => {
    started = true;
    raw = "";
    emit(event);
  });

  function rawText(error?: unknown): string {
    if (started || (error !== undefined && !TenfoldError.is(error))) throw error;
    failed = true;
    return raw;
  }

  return {
    get failed() {
      return failed;
    },
    push(text) {
      if (!started) raw += text;
      try {
        return call.push(text);
      } catch (error) {
        return rawText(error);
      }
    },
    end(truncated) {
      try {
        call.end(truncated);
      } catch (error) {
        return rawText(error);
      }
      // Cut off before it was clear: what was read is still the answer.
      return started ? undefined : rawText();
    },
  };
}
