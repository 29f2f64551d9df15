import { describe, expect, it } from "vitest";
import { createProgressTracker, type ProgressEvent, progressStages } from "./progress.ts";

/** A clock that the test moves. */
function simulatedClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    advance: (durationMs: number) => {
      nowMs += durationMs;
    },
  };
}

function record(clock = simulatedClock()) {
  const events: ProgressEvent[] = [];
  return { clock, events, tracker: createProgressTracker(clock, (event) => events.push(event)) };
}

describe("overall progress", () => {
  it("goes from 0 to 1 over the stages and never falls, even when a stage starts over", () => {
    const { events, tracker } = record();
    for (const stage of progressStages) for (const fraction of [0, 0.5, 0.2, 1]) tracker.report(stage, fraction);
    const overall = events.map(({ overallFraction }) => overallFraction);
    expect(overall).toEqual([...overall].sort((left, right) => left - right));
    expect(overall[0]).toBe(0);
    expect(overall.at(-1)).toBe(1);
  });

  it("counts a stage that was skipped as done", () => {
    const { events, tracker } = record();
    tracker.report("discovery", 1);
    tracker.report("loading", 0);
    expect(events.at(-1)?.overallFraction).toBeGreaterThan(0.8);
  });

  it("keeps fractions within 0 and 1 whatever it is told", () => {
    const { events, tracker } = record();
    tracker.report("download", -3);
    tracker.report("download", 7);
    expect(events.map(({ stageFraction }) => stageFraction)).toEqual([0, 1]);
  });

  it("estimates the remaining time from the rate so far", () => {
    const { clock, events, tracker } = record();
    tracker.report("download", 0);
    clock.advance(10_000);
    tracker.report("download", 0.5);
    const [first, second] = events;
    expect(first?.remainingMs).toBeUndefined();
    // 0.4 of the way took 10 s; 0.59 are left.
    expect(second?.remainingMs).toBeCloseTo(14_750, 0);
    tracker.report("ready", 1);
    expect(events.at(-1)?.remainingMs).toBe(0);
  });
});
