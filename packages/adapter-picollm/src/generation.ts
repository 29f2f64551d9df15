import type { PicoCompletion } from "./binding.ts";

/** One call of picoLLM that generates. */
export interface Generation {
  /** The next piece of text; undefined when there are no more, or nobody is interested any more. */
  next(): Promise<string | undefined>;
  /** What picoLLM says at the end. Rejects with its error. */
  readonly ended: Promise<PicoCompletion>;
  /** Nobody is interested in more of it: picoLLM is interrupted. */
  leave(): void;
}

/**
 * @param generate starts it, and calls back with each piece.
 * @param interrupt ends it; without effect while picoLLM still prepares.
 */
export function startGeneration(generate: (push: (piece: string) => void) => Promise<PicoCompletion>, interrupt: () => void | Promise<void>): Generation {
  const arrived: string[] = [];
  let wake = () => {};
  let over = false;
  let left = false;

  const stop = () => {
    // It may have ended by itself.
    void Promise.resolve()
      .then(() => (over ? undefined : interrupt()))
      .catch(() => {});
  };
  const ended = generate((piece) => {
    // Said before picoLLM had begun, it was not heard.
    if (left) stop();
    else arrived.push(piece);
    wake();
  }).finally(() => {
    over = true;
    wake();
  });
  ended.catch(() => {});

  return {
    ended,
    async next() {
      for (;;) {
        if (left) return undefined;
        const piece = arrived.shift();
        if (piece !== undefined || over) return piece;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    leave() {
      if (left || over) return;
      left = true;
      stop();
      wake();
    },
  };
}
