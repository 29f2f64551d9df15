export interface PatternMatch {
  /** Text before the match, which no pattern can claim any more. */
  text: string;
  /** The pattern that follows it; absent when none does so far. */
  pattern?: string;
}

export interface PatternScanner {
  /** Takes the next piece. Text that may be the beginning of a pattern is held back until that is settled. */
  push(piece: string): PatternMatch;
  /** Hands over what is held back: after a match, the text behind it; at the end of the stream, its last text. */
  take(): string;
}

/**
 * Finds the first of several strings in a stream, the one whose last character comes first. The same text gives the same
 * result however it is cut into pieces.
 */
export function createPatternScanner(patterns: readonly string[]): PatternScanner {
  let held = "";
  return {
    push(piece) {
      const buffer = held + piece;
      const first = firstMatch(buffer, patterns);
      if (first) {
        held = buffer.slice(first.end);
        return { text: buffer.slice(0, first.end - first.pattern.length), pattern: first.pattern };
      }
      const keep = heldLength(buffer, patterns);
      held = buffer.slice(buffer.length - keep);
      return { text: buffer.slice(0, buffer.length - keep) };
    },
    take() {
      const text = held;
      held = "";
      return text;
    },
  };
}

function firstMatch(buffer: string, patterns: readonly string[]): { pattern: string; end: number } | undefined {
  let first: { pattern: string; end: number } | undefined;
  for (const pattern of patterns) {
    const index = buffer.indexOf(pattern);
    if (index === -1) continue;
    const end = index + pattern.length;
    if (!first || end < first.end || (end === first.end && pattern.length > first.pattern.length)) first = { pattern, end };
  }
  return first;
}

/** Length of the longest end of the buffer that a pattern begins with. */
function heldLength(buffer: string, patterns: readonly string[]): number {
  let longest = 0;
  for (const pattern of patterns) {
    for (let length = Math.min(pattern.length - 1, buffer.length); length > longest; length -= 1) {
      if (buffer.endsWith(pattern.slice(0, length))) longest = length;
    }
  }
  return longest;
}
