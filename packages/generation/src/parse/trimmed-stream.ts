export interface TrimmedStream {
  push(piece: string): string;
  /** The line breaks at the end, which are part of the text only when no tag follows. */
  take(): string;
}

/** Keeps the line breaks at the end of a text back, and drops those at its start when a tag stands before it. */
export function createTrimmedStream({ afterTag }: { afterTag: boolean }): TrimmedStream {
  let atStart = afterTag;
  let held = "";
  return {
    push(piece) {
      const text = held + (atStart && held === "" ? piece.replace(/^[\r\n]+/, "") : piece);
      if (text === "") return "";
      atStart = false;
      const end = endOfText(text);
      held = text.slice(end);
      return text.slice(0, end);
    },
    take() {
      const text = held;
      held = "";
      return text;
    },
  };
}

function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return end;
}
