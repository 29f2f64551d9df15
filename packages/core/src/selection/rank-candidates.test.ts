import type { Measurement, Variant } from "@tenfold/catalog";
import { describe, expect, it } from "vitest";
import { profileOf } from "../../test/profile-of.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { CandidateFacts } from "./candidate-facts.ts";
import { compareChoices } from "./compare-choices.ts";
import { type Choice, rankCandidates, type SelectionDevice } from "./rank-candidates.ts";

const GB = 1e9;

const speedOf = (decodeBandwidthShare: number) => ({ speed: { decodeBandwidthShare, prefillPerDecode: 10, source: "made up for a test" } });
const fast = profileOf("fast", speedOf(0.8));
const slow = profileOf("slow", speedOf(0.4));

function estimateOf(weightsBytes: number): MemoryEstimate {
  const terms = [
    { name: "weights" as const, bytes: weightsBytes, how: "" },
    { name: "kv-cache" as const, bytes: 0.2 * GB, how: "" },
  ];
  return { terms, steadyBytes: weightsBytes + 0.2 * GB, peakBytes: weightsBytes + 0.3 * GB };
}

/** A model of three billion parameters in so many bits. */
function candidate(id: string, bits: number, more: Partial<CandidateFacts> = {}): CandidateFacts {
  const sizeBytes = (3 * GB * bits) / 8;
  const variant: Variant = { id, format: "gguf", artifacts: [] };
  return {
    model: "three",
    variant,
    profile: fast,
    parameterCount: 3 * GB,
    contextLength: 8192,
    sizeBytes,
    estimate: estimateOf(sizeBytes),
    weights: id,
    ...more,
  };
}

const device = (availableMemoryBytes: number, more: Partial<SelectionDevice> = {}): SelectionDevice => ({
  platform: "node",
  hardware: { processor: { logicalCores: 4, features: [] }, memory: { totalBytes: 16 * GB }, graphics: [] },
  state: { availableMemoryBytes, busyCores: 0 },
  memoryBytesPerSecond: 20 * GB,
  ...more,
});

const measured = (weights: string, tokensPerSecond: number): Measurement => {
  const spread = { median: tokensPerSecond, minimum: tokensPerSecond, maximum: tokensPerSecond, repetitions: 3 };
  return {
    ...{ schemaVersion: 1, model: "three", variant: weights, weights, framework: "fast", frameworkVersion: "1", accelerator: "cpu" },
    ...{ device: { name: "test", osName: "linux", osVersion: "6" }, takenAt: "2026-11-25T00:00:00Z", promptTokens: 32, generatedTokens: 64, contextSize: 4096 },
    ...{ timeToFirstTokenMs: spread, prefillTokensPerSecond: spread, decodeTokensPerSecond: spread },
  };
};

const order = (ranking: { choices: readonly Choice[] }) => ranking.choices.map(({ variant, framework }) => `${variant.id} ${framework}`);

describe("the choice among variants of one model", () => {
  const variants = [candidate("q2", 2.6), candidate("q4", 4.8), candidate("q8", 8.5), candidate("f16", 16)];

  it("is the one whose weights say most, of those that fit and are fast enough", () => {
    expect(order(rankCandidates(variants, device(12 * GB)))).toEqual(["q8 fast", "q4 fast", "q2 fast", "f16 fast"]);
    const { choices, rejected } = rankCandidates(variants, device(2.5 * GB));
    expect(choices.map(({ variant }) => variant.id)).toEqual(["q4", "q2"]);
    expect(rejected.map(({ variant, reasons }) => [variant.id, reasons[0]])).toEqual([
      ["q8", "It takes 3.49 GB, and 2.50 GB may be taken (what is free now)."],
      ["f16", "It takes 6.30 GB, and 2.50 GB may be taken (what is free now)."],
    ]);
  });

  it("takes 8 bits rather than 16, which say no more and are slower, unless 16 are here and fast enough", () => {
    const quick = { memoryBytesPerSecond: 100 * GB };
    expect(order(rankCandidates(variants, device(12 * GB, quick)))[0]).toBe("q8 fast");
    const here = [candidate("q8", 8.5), candidate("f16", 16, { installed: true })];
    expect(order(rankCandidates(here, device(12 * GB, quick)))[0]).toBe("f16 fast");
    expect(order(rankCandidates(here, device(12 * GB)))[0]).toBe("q8 fast");
  });

  it("can be the fastest, or the one that takes least", () => {
    expect(order(rankCandidates(variants, device(12 * GB), { preference: "speed" }))).toEqual(["q2 fast", "q4 fast", "q8 fast", "f16 fast"]);
    expect(order(rankCandidates(variants, device(12 * GB), { preference: "memory" }))[0]).toBe("q2 fast");
  });

  it("goes by what was measured here before what is predicted", () => {
    const measurements = [measured("q8", 2), measured("q4", 9)];
    const [first, ...others] = rankCandidates(variants.slice(1, 3), device(12 * GB, { measurements })).choices;
    expect(first).toMatchObject({ variant: { id: "q4" }, performance: { basis: "measured", decodeTokensPerSecond: 9 } });
    expect(first?.reasons.join(" ")).toContain("9.0 tokens a second, measured: median of 3 runs");
    expect(others[0]).toMatchObject({ variant: { id: "q8" }, performance: { basis: "measured", decodeTokensPerSecond: 2 } });
  });

  it("of what is too slow is the fastest", () => {
    const crawling = device(12 * GB, { memoryBytesPerSecond: 1 * GB });
    expect(order(rankCandidates(variants, crawling))).toEqual(["q2 fast", "q4 fast", "q8 fast", "f16 fast"]);
  });

  it("puts what surely runs before what may", () => {
    const unknown = { ...candidate("q8", 8.5), estimate: { ...estimateOf(3 * GB), unknown: [{ name: "kv-cache" as const, why: "nobody says" }] } };
    const { choices } = rankCandidates([unknown, candidate("q4", 4.8)], device(12 * GB));
    expect(choices.map(({ variant, verdict }) => [variant.id, verdict.verdict])).toEqual([
      ["q4", "runs"],
      ["q8", "unknown"],
    ]);
  });
});

describe("the choice among frameworks", () => {
  const both = [candidate("q4", 4.8, { profile: slow }), candidate("q4", 4.8)];

  it("is the faster one for the same weights", () => {
    expect(order(rankCandidates(both, device(12 * GB)))).toEqual(["q4 fast", "q4 slow"]);
  });

  it.each<[string, Partial<CandidateFacts>, string]>([
    ["does not run here", { support: { available: false, reason: "There is no library.", remedy: "Install it." } }, "There is no library."],
    ["is not one that the publisher names", { variant: { id: "q4", format: "gguf", artifacts: [], frameworks: ["slow"] } }, "names slow for it"],
    ["does not take the format", { variant: { id: "q4", format: "onnx", artifacts: [] } }, "takes gguf, not onnx"],
    ["cannot use what is wanted", { support: { available: true, frameworkVersion: "1", accelerators: ["cpu"] } }, "cannot use metal here"],
    ["has a model that was trained for less", { contextLength: 2048 }, "trained for 2048 tokens"],
  ])("rejects one that %s, and says so", (what, facts, words) => {
    const need = { contextSize: 4096, ...(what.startsWith("cannot") ? { accelerator: "metal" as const } : {}) };
    const { choices, rejected } = rankCandidates([candidate("q4", 4.8, facts)], device(12 * GB), need);
    expect(choices).toEqual([]);
    expect(rejected[0]?.reasons.join(" ")).toContain(words);
  });

  it("goes by the profile where the framework is not installed", () => {
    const browser = rankCandidates([candidate("q4", 4.8)], device(12 * GB, { platform: "browser" }));
    expect(browser.rejected[0]?.reasons).toEqual(["It has no browser build."]);
    expect(rankCandidates([candidate("q4", 4.8)], device(12 * GB)).choices[0]?.configuration).toMatchObject({ accelerator: "cpu" });
  });
});

it("a larger model in few bits comes before a small one in many, where both fit", () => {
  const small = candidate("small", 16, { model: "one", parameterCount: 1 * GB, sizeBytes: 2 * GB, estimate: estimateOf(2 * GB) });
  const large = candidate("large", 4.8, { model: "three" });
  expect(order(rankCandidates([small, large], device(12 * GB)))).toEqual(["large fast", "small fast"]);
  expect(order(rankCandidates([small, large], device(2.4 * GB), { preference: "memory" }))).toEqual(["large fast", "small fast"]);
});

it("nothing known, nothing guessed: a variant without sizes is listed last, without figures", () => {
  const bare: CandidateFacts = { model: "bare", variant: { id: "bare", format: "gguf", artifacts: [] }, profile: fast };
  const { choices } = rankCandidates([bare, candidate("q4", 4.8)], device(12 * GB));
  expect(choices.map(({ model }) => model)).toEqual(["three", "bare"]);
  expect(choices[1]?.performance).toBeUndefined();
  expect(choices[1]?.quality).toBeUndefined();
  expect(choices[1]?.reasons.join(" ")).toContain("Nothing tells how fast it is here.");
});

it("the order is one: no three choices contradict each other, whatever the figures", () => {
  let state = 7;
  const random = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
  const facts = Array.from({ length: 60 }, (_, index) =>
    candidate(`v${index}`, 1 + random(160) / 10, {
      installed: random(2) === 0,
      profile: random(2) === 0 ? fast : slow,
      ...(random(5) === 0 ? { sizeBytes: 0 } : {}),
    }),
  );
  for (const preference of ["quality", "speed", "memory"] as const) {
    const { choices } = rankCandidates(facts, device(9 * GB), { preference });
    for (const [index, left] of choices.entries()) {
      for (const right of choices.slice(index)) expect(compareChoices(left, right, { preference })).toBeLessThanOrEqual(0);
    }
  }
});
