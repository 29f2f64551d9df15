import { TenfoldError } from "@tenfold/catalog";
import type { Clock } from "../platform/platform.ts";
import { canTransition, type LifecycleState, lifecycleTable } from "./states.ts";

export interface LifecycleChange {
  from: LifecycleState;
  to: LifecycleState;
  /** ISO 8601 in UTC. */
  at: string;
  /** Why, when `to` is `error`. */
  error?: unknown;
}

export interface Lifecycle {
  readonly state: LifecycleState;
  /** Every change since the start, oldest first. */
  readonly history: readonly LifecycleChange[];
  /** @throws TenfoldError `illegal-transition`, leaving the state as it was. */
  transition(to: LifecycleState): void;
  /** Goes to `error` and remembers why. */
  fail(error: unknown): void;
  /** Leaves `error` for the state that a retry of the failed stage starts from, and returns it. */
  retry(): LifecycleState;
  /** Called after each change. Returns the function that ends it. */
  observe(observer: (change: LifecycleChange) => void): () => void;
}

/** The state of one model, moved only along {@link lifecycleTable}. */
export function createLifecycle(name: string, clock: Pick<Clock, "timestamp">): Lifecycle {
  let state: LifecycleState = "uninitialized";
  const history: LifecycleChange[] = [];
  const observers = new Set<(change: LifecycleChange) => void>();

  function move(to: LifecycleState, error?: unknown): void {
    if (!canTransition(state, to)) {
      const allowed = lifecycleTable[state].next.join(", ");
      throw new TenfoldError("illegal-transition", `${name} cannot go from ${state} to ${to}; from there it can go to: ${allowed}.`);
    }
    const change: LifecycleChange = { from: state, to, at: clock.timestamp(), ...(error === undefined ? {} : { error }) };
    state = to;
    history.push(change);
    for (const observer of [...observers]) observer(change);
  }

  return {
    get state() {
      return state;
    },
    history,
    transition: (to) => move(to),
    fail: (error) => move("error", error),
    retry() {
      const failed = history.findLast((change) => change.to === "error");
      const reentry = state === "error" && failed ? lifecycleTable[failed.from].retryFrom : undefined;
      if (!reentry) throw new TenfoldError("illegal-transition", `${name} has no failed stage to retry: it is ${state}.`);
      move(reentry);
      return reentry;
    },
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  };
}
