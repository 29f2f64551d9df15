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
      const text = atStart ? piece.slice(startOfText(piece)) : piece;
      if (text === "") return "";
      atStart = false;
      // Only the piece is looked at: what is held is line breaks throughout.
      const end = endOfText(text);
      if (end === 0) {
        held += text;
        return "";
      }
      const shown = held + text.slice(0, end);
      held = text.slice(end);
      return shown;
    },
    take() {
      const text = held;
      held = "";
      return text;
    },
  };
}

export function startOfText(text: string): number {
  let start = 0;
  while (text[start] === "\n" || text[start] === "\r") start += 1;
  return start;
}

function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return end;
}
