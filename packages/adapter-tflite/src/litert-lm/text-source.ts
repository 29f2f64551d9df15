/** Where the text of one answer comes from. */
export interface TextSource {
  /** How many tokens of the prompt were in the cache. */
  cachedTokens: number;
  /** Gives pieces of text as they come. @returns whether the context was full before the answer ended. */
  run(onText: (text: string) => void): Promise<{ full: boolean }>;
  /** Ends what runs soon; it resolves then. */
  cancel(): void;
  /** After `run` has ended, or instead of it. */
  release(): void;
}

export interface ReadTextOptions {
  /** Runs work that disposal waits for. */
  busy(work: () => Promise<void>): Promise<void>;
  /** Watches for whatever ends an answer early. @returns what stops watching. */
  onCancel(cancel: () => void): () => void;
  onEnd(ended: { full: boolean }): void;
}

/** Text while it is made. Who leaves the loop cancels; native memory is released when the library has let go of it. */
export async function* readText(source: TextSource, { busy, onCancel, onEnd }: ReadTextOptions): AsyncGenerator<string, void> {
  const pieces: string[] = [];
  let wake = () => {};
  let over = false;
  let failure: { error: unknown } | undefined;
  const running = busy(async () => {
    try {
      const ended = await source.run((piece) => {
        pieces.push(piece);
        wake();
      });
      onEnd(ended);
    } finally {
      source.release();
    }
  })
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      over = true;
      wake();
    });
  const cancel = () => {
    if (!over) source.cancel();
  };
  const stopWatching = onCancel(cancel);
  try {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) yield piece;
      else if (over) break;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (failure) throw failure.error;
  } finally {
    stopWatching();
    cancel();
    await running;
  }
}
