import type { TextStream } from "./text-stream.ts";

/** One line that says what goes on, drawn over on a terminal; elsewhere nothing. */
export interface StatusLine {
  show(text: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

const clear = "\r\u001b[2K";

export function createStatusLine(stream: TextStream): StatusLine {
  if (!stream.isTTY) return { show() {}, end() {} };
  let drawn = false;
  return {
    show(text) {
      drawn = true;
      stream.write(`${clear}${text.slice(0, Math.max(1, (stream.columns ?? 80) - 1))}`);
    },
    end() {
      if (drawn) stream.write(clear);
    },
  };
}
