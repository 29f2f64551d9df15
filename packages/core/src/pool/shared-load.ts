/** One load that several wait for. It ends early only when none of them waits any more. */
export interface SharedLoad<Result> {
  readonly result: Promise<Result>;
  /** Everybody left, or somebody ended it: whoever comes now needs another. */
  readonly isEnded: boolean;
  /** A request is among those who wait. */
  waitsForAnswers: boolean;
  /** Waits with the others. Rejects with the signal's reason; who leaves last does so when nothing of the load is left. */
  join(signal: AbortSignal | undefined): Promise<Result>;
  end(reason: unknown): void;
}

export function createSharedLoad<Result>(load: (own: { signal: AbortSignal; waitsForAnswers(): boolean }) => Promise<Result>): SharedLoad<Result> {
  const abort = new AbortController();
  let waiting = 0;
  let waitsForAnswers = false;
  const result = load({ signal: abort.signal, waitsForAnswers: () => waitsForAnswers });
  // Everybody may have left by the time it fails.
  result.catch(() => {});

  return {
    result,
    get isEnded() {
      return abort.signal.aborted;
    },
    get waitsForAnswers() {
      return waitsForAnswers;
    },
    set waitsForAnswers(next) {
      waitsForAnswers = next;
    },
    join(signal) {
      waiting += 1;
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting -= 1;
          const refuse = () => reject(signal?.reason);
          if (waiting > 0) return refuse();
          abort.abort(signal?.reason);
          result.then(refuse, refuse);
        };
        signal?.addEventListener("abort", leave, { once: true });
        result.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
      });
    },
    end: (reason) => abort.abort(reason),
  };
}
