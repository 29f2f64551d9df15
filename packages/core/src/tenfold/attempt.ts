import { TenfoldError } from "@tenfold/catalog";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { canTransition } from "../lifecycle/states.ts";

/** One way through the lifecycle, which can be watched and, where a stage failed, taken up again from there. */
export interface Attempt<Result> {
  readonly lifecycle: Pick<Lifecycle, "state" | "history" | "observe">;
  /** Of the latest try. */
  readonly result: Promise<Result>;
  /**
   * Repeats the stage that failed, and goes on: what came before it is kept. A try that was aborted needs a new signal.
   * @throws TenfoldError `illegal-transition` while the latest try goes on or when it has not failed.
   */
  retry(options?: { signal?: AbortSignal }): Promise<Result>;
}

/** `walk` goes on from whatever state the lifecycle is in, and keeps what it has reached for its next call. */
export function createAttempt<Result>(
  name: string,
  lifecycle: Lifecycle,
  walk: (signal: AbortSignal | undefined) => Promise<Result>,
  firstSignal: AbortSignal | undefined,
): Attempt<Result> {
  let hasFailed = false;

  async function run(signal: AbortSignal | undefined): Promise<Result> {
    try {
      return await walk(signal);
    } catch (error) {
      // Between two stages nothing can fail but the store; the state then stays what it is.
      if (canTransition(lifecycle.state, "error")) lifecycle.fail(error);
      hasFailed = true;
      throw error;
    }
  }

  function begin(signal: AbortSignal | undefined): Promise<Result> {
    const result = run(signal);
    // Whoever only watches the lifecycle sees the failure there.
    result.catch(() => {});
    return result;
  }

  let result = begin(firstSignal);
  return {
    lifecycle,
    get result() {
      return result;
    },
    retry({ signal } = {}) {
      if (!hasFailed) throw new TenfoldError("illegal-transition", `${name} has no failed stage to retry: it is ${lifecycle.state}.`);
      hasFailed = false;
      if (lifecycle.state === "error") lifecycle.retry();
      result = begin(signal);
      return result;
    },
  };
}
