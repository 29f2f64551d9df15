import { setImmediate as turn } from "node:timers/promises";

/** Runs one step of a sequence, with those of the others. */
export type Rounds = <Result>(step: () => Promise<Result>) => Promise<Result>;

/**
 * Lets steps of several sequences begin at the same time, so that llama.cpp computes them in one batch. Left alone, node-llama-cpp goes on with
 * those whose token is sampled first, and one of four always comes too late. Nobody waits longer for it: a context computes one batch at a time.
 */
export function createRounds(): Rounds {
  let waiting: (() => void)[] = [];
  let running = 0;
  let opening = false;

  async function open(): Promise<void> {
    if (opening || running > 0) return;
    opening = true;
    // Whoever was in the last round asks for its next step within this turn of the event loop.
    await turn();
    opening = false;
    const round = waiting;
    waiting = [];
    running = round.length;
    for (const begin of round) begin();
  }

  return async (step) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      void open();
    });
    try {
      return await step();
    } finally {
      running -= 1;
      if (waiting.length > 0) void open();
    }
  };
}
