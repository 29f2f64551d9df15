/** A piece of a rendered prompt. */
export interface PromptSegment {
  text: string;
  /** True for a special token that the template wrote; tokenizers parse it as such. Anything else is plain text. */
  special: boolean;
}

/** Behind the first letter of a special token in somebody's text, so that it is no token any more. */
const guard = "\ue2f4";

/** A private character that nobody's text needs: dropped where it came from outside. */
export function createTokenGuard(specialTokens: readonly string[]) {
  // The longest first, as tokenizers match added tokens.
  const tokens = [...new Set(specialTokens)].filter((token) => token !== "").sort((left, right) => right.length - left.length);
  const anyToken = tokens.length === 0 ? undefined : new RegExp(tokens.map(escapeForPattern).join("|"), "g");

  const guardText = (text: string): string => {
    const plain = text.replaceAll(guard, "");
    return anyToken ? plain.replace(anyToken, (token) => breakToken(token)) : plain;
  };

  return {
    /** Any value that a template gets, with every special token in its strings broken. */
    protect(value: unknown): unknown {
      if (typeof value === "string") return guardText(value);
      if (Array.isArray(value)) return value.map((item) => this.protect(item));
      if (typeof value === "object" && value !== null)
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [guardText(key), this.protect(item)]));
      return value;
    },
    /**
     * Splits a rendered prompt at the special tokens that are whole. One that was broken is parted there for good: some
     * tokenizers match certain tokens in plain text too, and none can match what it never sees in one piece.
     */
    split(rendered: string): PromptSegment[] {
      const segments: PromptSegment[] = [];
      const addText = (text: string) => {
        for (const part of text.split(guard)) if (part !== "") segments.push({ text: part, special: false });
      };
      let end = 0;
      for (const match of anyToken ? rendered.matchAll(anyToken) : []) {
        addText(rendered.slice(end, match.index));
        segments.push({ text: match[0], special: true });
        end = match.index + match[0].length;
      }
      addText(rendered.slice(end));
      return segments;
    },
  };
}

/** One letter of a one-letter token cannot be parted: the guard in front of it has no effect, so it stands behind. */
function breakToken(token: string): string {
  const first = String.fromCodePoint(token.codePointAt(0) ?? 0);
  return `${first}${guard}${token.slice(first.length)}`;
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
