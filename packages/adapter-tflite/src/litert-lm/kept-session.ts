import type { Engine } from "./engine.ts";
import type { Sampler, Session } from "./session.ts";
import type { TextSource } from "./text-source.ts";

export interface KeptSessionParts {
  engine: Pick<Engine, "createSession">;
  /** What ends an answer, as text: one of them is in the cache behind an answer that ended by itself. */
  endTexts: readonly string[];
  countTokens(text: string): number;
}

export interface TakeOptions {
  sampler: Sampler;
  owner: string | undefined;
  /** The answer must begin with the sampler's seed. */
  seeded: boolean;
}

export interface KeptSession {
  /**
   * The next answer. A session goes on where a prompt is the last one, its answer and more, if owner and sampler are the same. `startText` is what the
   * library puts before a new session's text by itself.
   */
  take(prompt: string, startText: string, options: TakeOptions): TextSource;
  delete(): void;
}

/**
 * One session from answer to answer, to which text is only added: LiteRT-LM 0.18 can rewind one, and answers wrongly when what it computed before is
 * computed again.
 */
export function createKeptSession({ engine, endTexts, countTokens }: KeptSessionParts): KeptSession {
  /** `texts`: one of them is in its cache. */
  let kept: { session: Session; key: string; texts: readonly string[] } | undefined;

  function drop(): void {
    kept?.session.delete();
    kept = undefined;
  }

  return {
    take(prompt, startText, { sampler, owner, seeded }) {
      const key = JSON.stringify([owner ?? null, sampler.topK, sampler.topP, sampler.temperature]);
      // A sampler's dice go on from answer to answer; only a new one begins with its seed.
      const rolls = sampler.topK !== 1 && seeded;
      const before = kept?.key === key && !rolls ? kept.texts.find((text) => prompt.startsWith(text) && prompt.length > text.length) : undefined;
      const goesOn = before !== undefined;
      if (!goesOn) drop();
      const session = kept?.session ?? engine.createSession(sampler);
      kept = undefined;
      const text = goesOn ? prompt.slice(before.length) : prompt.startsWith(startText) ? prompt.slice(startText.length) : prompt;
      let answer = "";
      let [cancelled, whole] = [false, false];
      return {
        cachedTokens: goesOn ? countTokens(before) : 0,
        async run(onText) {
          await session.prefill(text);
          if (cancelled) return { full: false };
          const ended = await session.decode((piece) => {
            answer += piece;
            onText(piece);
          });
          whole = !cancelled && !ended.full;
          return ended;
        },
        cancel() {
          cancelled = true;
          session.cancel();
        },
        release() {
          if (whole) kept = { session, key, texts: endTexts.map((end) => prompt + answer + end) };
          else session.delete();
        },
      };
    },
    delete: drop,
  };
}
