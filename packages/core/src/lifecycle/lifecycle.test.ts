import { TenfoldError } from "@tenfold/catalog";
import { describe, expect, it } from "vitest";
import { createLifecycle, type LifecycleChange } from "./lifecycle.ts";
import { canTransition, type LifecycleState, lifecycleStates, lifecycleTable } from "./states.ts";

const clock = { timestamp: () => "2026-01-01T00:00:00.000Z" };

/** The shortest legal way to a state. */
function wayTo(goal: LifecycleState): LifecycleState[] {
  const ways: LifecycleState[][] = [["uninitialized"]];
  for (const way of ways) {
    const last = way.at(-1) as LifecycleState;
    if (last === goal) return way.slice(1);
    for (const next of lifecycleTable[last].next) if (!ways.some((other) => other.includes(next))) ways.push([...way, next]);
  }
  throw new Error(`no way to ${goal}`);
}

function lifecycleIn(state: LifecycleState) {
  const lifecycle = createLifecycle("model", clock);
  for (const next of wayTo(state)) lifecycle.transition(next);
  return lifecycle;
}

describe("the lifecycle table", () => {
  it("has the sixteen states, each of which can be reached", () => {
    expect(lifecycleStates).toHaveLength(16);
    for (const state of lifecycleStates) expect(lifecycleIn(state).state).toBe(state);
  });

  it("lets a state fail exactly when it says where a retry goes on", () => {
    for (const state of lifecycleStates) {
      const { retryFrom, stage } = lifecycleTable[state];
      expect([state, canTransition(state, "error")]).toEqual([state, retryFrom !== undefined]);
      expect([state, stage !== undefined]).toEqual([state, retryFrom !== undefined]);
      if (retryFrom) expect(canTransition("error", retryFrom)).toBe(true);
    }
  });
});

describe("a lifecycle", () => {
  it.each(lifecycleStates)("moves from %s only along the table", (from) => {
    for (const to of lifecycleStates) {
      const lifecycle = lifecycleIn(from);
      if (canTransition(from, to)) {
        lifecycle.transition(to);
        expect(lifecycle.state).toBe(to);
      } else {
        expect(() => lifecycle.transition(to)).toThrow(expect.objectContaining({ code: "illegal-transition" }));
        expect(lifecycle.state).toBe(from);
      }
    }
  });

  it.each(lifecycleStates.filter((state) => lifecycleTable[state].retryFrom))("goes back after a failure while %s to where the table says", (state) => {
    const lifecycle = lifecycleIn(state);
    lifecycle.fail(new Error("broken"));
    expect(lifecycle.retry()).toBe(lifecycleTable[state].retryFrom);
    expect(lifecycle.state).toBe(lifecycleTable[state].retryFrom);
  });

  it("has nothing to retry unless it failed", () => {
    expect(() => lifecycleIn("ready").retry()).toThrow(TenfoldError);
  });

  it("tells observers of each change, in order, until they leave", () => {
    const lifecycle = createLifecycle("model", clock);
    const seen: LifecycleChange[] = [];
    const leave = lifecycle.observe((change) => seen.push(change));
    const failure = new Error("no");
    lifecycle.transition("discovered");
    lifecycle.transition("downloading");
    lifecycle.fail(failure);
    leave();
    lifecycle.retry();
    expect(seen.map(({ from, to }) => `${from} > ${to}`)).toEqual(["uninitialized > discovered", "discovered > downloading", "downloading > error"]);
    expect(seen.at(-1)?.error).toBe(failure);
    expect(lifecycle.history).toHaveLength(4);
  });
});
