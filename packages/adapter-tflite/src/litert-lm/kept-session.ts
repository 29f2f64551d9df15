import type { Engine } from "./engine.ts";
import type { Sampler, Session } from "./session.ts";
import type { TextSource } from "./text-source.ts";

export interface KeptSessionParts {
  engine: Pick<Engine, "createSession" | "tokenize">;
  /** Tokens as text that makes the same tokens again. */
  textOf(tokens: readonly number[]): string;
  /** Tokens that are never part of others: text may be cut before them. */
  isSpecial(token: number): boolean;
  /** What the library puts before a new session's text by itself. */
  startTokens: readonly number[];
}

export interface TakeOptions {
  sampler: Sampler;
  owner: string | undefined;
  /** The answer must begin with the sampler's seed. */
  seeded: boolean;
}

export interface KeptSession {
  /** The next answer: what its prompt has in common with the last one's stays in the cache, if owner and sampler are the same. */
  take(prompt: readonly number[], options: TakeOptions): TextSource;
  delete(): void;
}

const mostTries = 8;

/** One session from answer to answer. */
export function createKeptSession({ engine, textOf, isSpecial, startTokens }: KeptSessionParts): KeptSession {
  /** `tokens`: what is surely in its cache. Answers are read as text, which may come from other tokens than it makes, so theirs do not count. */
  let kept: { session: Session; key: string; tokens: readonly number[] } | undefined;

  /** How much of a prompt stays, and the text of the rest: it makes the same tokens as in one piece. */
  function cut(tokens: readonly number[], most: number): { length: number; rest: string } | undefined {
    let tries = 0;
    for (let length = most; length > 0 && tries < mostTries; length -= 1) {
      if (length < most && !isSpecial(tokens[length] ?? -1)) continue;
      tries += 1;
      const left = tokens.slice(length);
      const rest = textOf(left);
      const again = engine.tokenize(rest);
      if (again.length === left.length && commonLength(again, left) === left.length) return { length, rest };
    }
    return undefined;
  }

  function drop(): void {
    kept?.session.delete();
    kept = undefined;
  }

  return {
    take(prompt, { sampler, owner, seeded }) {
      const startsItself = commonLength(startTokens, prompt) === startTokens.length;
      const text = textOf(startsItself ? prompt.slice(startTokens.length) : prompt);
      const tokens = [...startTokens, ...engine.tokenize(text)];
      // A sampler's dice go on from answer to answer; only a new one begins with its seed.
      const rolls = sampler.topK !== 1;
      const key = JSON.stringify([owner ?? null, sampler.topK, sampler.topP, sampler.temperature]);
      const common = kept?.key === key && !(rolls && seeded) ? Math.min(commonLength(kept.tokens, tokens), tokens.length - 1) : 0;
      const stays = cut(tokens, common);
      if (!stays) drop();
      const session = kept?.session ?? engine.createSession(sampler);
      kept = undefined;
      let [cancelled, whole] = [false, false];
      return {
        cachedTokens: stays?.length ?? 0,
        async run(onText) {
          if (stays) session.rewind(stays.length);
          await session.prefill(stays?.rest ?? text);
          if (cancelled) return { full: false };
          const ended = await session.decode(onText);
          whole = true;
          return ended;
        },
        cancel() {
          cancelled = true;
          session.cancel();
        },
        release() {
          if (whole) kept = { session, key, tokens };
          else session.delete();
        },
      };
    },
    delete: drop,
  };
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}
