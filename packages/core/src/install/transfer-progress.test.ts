import { describe, expect, it } from "vitest";
import { createProgressTracker, type ProgressEvent } from "../progress/progress.ts";
import { createTransferProgress } from "./transfer-progress.ts";

function start(sizes: Record<string, number>) {
  let nowMs = 0;
  const events: ProgressEvent[] = [];
  const tracker = createProgressTracker({ now: () => nowMs }, (event) => events.push(event));
  const transfers = createTransferProgress(new Map(Object.entries(sizes)), tracker, () => nowMs);
  return { transfers, events, last: () => events.at(-1), pass: (durationMs: number) => (nowMs += durationMs) };
}

describe("the progress of several files", () => {
  it("is their sum, with what is here already", () => {
    const { transfers, last, events } = start({ a: 100, b: 200, c: 300 });
    transfers.report("a", { receivedBytes: 50, totalBytes: 100 });
    expect(last()).toMatchObject({ stage: "download", stageFraction: 50 / 600, bytes: { received: 50, total: 600 } });
    transfers.complete("c", 300);
    expect(events).toHaveLength(1);
    transfers.report("b", { receivedBytes: 200, totalBytes: 200 });
    expect(last()).toMatchObject({ bytes: { received: 550, total: 600 } });
    transfers.report("a", { receivedBytes: 100 });
    expect(last()).toMatchObject({ stageFraction: 1, bytes: { received: 600, total: 600 } });
  });

  it("never falls, whatever is fetched twice or turns out to be larger", () => {
    const { transfers, events } = start({ a: 100, b: 0 });
    transfers.report("a", { receivedBytes: 80 });
    transfers.report("a", { receivedBytes: 10 });
    transfers.report("b", { receivedBytes: 1, totalBytes: 1000 });
    transfers.report("b", { receivedBytes: 1100, totalBytes: 1000 });
    const rising = (values: readonly (number | undefined)[]) => expect(values).toEqual([...values].sort((left = 0, right = 0) => left - right));
    rising(events.map(({ stageFraction }) => stageFraction));
    rising(events.map(({ bytes }) => bytes?.received));
    rising(events.map(({ bytes }) => bytes?.total));
    expect(events.at(-1)?.bytes).toMatchObject({ received: 1180, total: 1200 });
  });

  it("tells the speed of what really came, not of what lay here", () => {
    const { transfers, last, pass } = start({ a: 1000, b: 1000 });
    transfers.report("a", { receivedBytes: 100 });
    pass(1000);
    transfers.report("b", { receivedBytes: 900 });
    transfers.report("a", { receivedBytes: 300 });
    expect(last()?.bytes?.perSecond).toBe(200);
  });
});
