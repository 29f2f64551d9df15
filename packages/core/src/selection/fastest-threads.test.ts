import type { Measurement, PromptName } from "@tenfold/catalog";
import { describe, expect, it } from "vitest";
import { fastestThreads } from "./fastest-threads.ts";

function measured(threads: number | undefined, tokensPerSecond: number, more: Partial<Measurement> & { prompt?: PromptName } = {}): Measurement {
  const spread = { median: tokensPerSecond, minimum: tokensPerSecond, maximum: tokensPerSecond, repetitions: 3 };
  return {
    ...{ schemaVersion: 1, model: "m", variant: "v", weights: "own", framework: "some", frameworkVersion: "1", accelerator: "cpu" },
    ...{ device: { name: "test", osName: "linux", osVersion: "6" }, takenAt: "2026-11-25T00:00:00Z", promptTokens: 32, generatedTokens: 64, contextSize: 4096 },
    ...{ prompt: "short", timeToFirstTokenMs: spread, prefillTokensPerSecond: spread, decodeTokensPerSecond: spread },
    ...(threads === undefined ? {} : { threads }),
    ...more,
  };
}

const ask = (measurements: readonly Measurement[], weights = "own") =>
  fastestThreads({ framework: "some", accelerator: "cpu", weights, measurements })?.threads;

describe("the number of threads that was fastest", () => {
  it("is that of these weights, else that of the framework's other models", () => {
    const own = [measured(1, 70), measured(2, 55)];
    const other = [measured(1, 10, { weights: "other" }), measured(2, 20, { weights: "other" })];
    expect(ask([...own, ...other])).toBe(1);
    expect(ask([...own, ...other], "unseen")).toBe(2);
    expect(ask(other)).toBe(2);
  });

  it("is not known where nothing was compared", () => {
    expect(ask([])).toBeUndefined();
    expect(ask([measured(1, 70), measured(undefined, 80)])).toBeUndefined();
    expect(ask([measured(1, 70), measured(2, 80, { prompt: "long" })])).toBeUndefined();
    expect(ask([measured(1, 70), measured(2, 80, { framework: "another" })])).toBeUndefined();
    expect(ask([measured(1, 70), measured(2, 80, { accelerator: "cuda" })])).toBeUndefined();
  });

  it("goes by the latest of several, and over all prompts together", () => {
    const old = measured(2, 200, { takenAt: "2026-01-01T00:00:00Z" });
    expect(ask([old, measured(1, 70), measured(2, 55)])).toBe(1);
    expect(ask([measured(1, 70), measured(2, 75), measured(1, 60, { prompt: "long" }), measured(2, 20, { prompt: "long" })])).toBe(1);
  });
});
