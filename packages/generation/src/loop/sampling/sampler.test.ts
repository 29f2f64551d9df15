import { describe, expect, it } from "vitest";
import { createCandidates, selectTop } from "./candidates.ts";
import { exponential } from "./exponential.ts";
import { createLogProbabilityReader } from "./log-probabilities.ts";
import { createRandomIntegers, createRandomNumbers } from "./random-numbers.ts";
import { createSampler } from "./sampler.ts";
import { type ResolvedSampling, resolveSampling, resolveSeed } from "./sampling-settings.ts";

const plain: ResolvedSampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, frequencyPenalty: 0, presencePenalty: 0 };
const none = new Int32Array(0);

/** How often each token is chosen, in shares of one. */
function shares(
  logits: readonly number[],
  sampling: Partial<ResolvedSampling>,
  { history = none, rounds = 20_000, mask }: { history?: Int32Array; rounds?: number; mask?: Uint32Array } = {},
) {
  const sampler = createSampler({ vocabularySize: logits.length, sampling: { ...plain, ...sampling }, seed: 7 });
  const counts = logits.map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    const token = sampler.sample(Float32Array.from(logits), history, history.length, mask);
    counts[token] = (counts[token] ?? 0) + 1 / rounds;
  }
  return counts;
}

const logarithms = (probabilities: readonly number[]) => probabilities.map(Math.log);

function expectShares(actual: readonly number[], expected: readonly number[]) {
  expect(actual.length).toBe(expected.length);
  for (const [index, share] of expected.entries()) {
    if (share === 0) expect(actual[index]).toBe(0);
    else expect(Math.abs((actual[index] ?? 0) - share)).toBeLessThan(0.02);
  }
}

describe("random numbers", () => {
  it("are xoshiro128**'s", () => {
    const next = createRandomIntegers(Uint32Array.of(1, 2, 3, 4));
    // The first outputs for this state, as every published implementation gives them.
    expect([next(), next(), next(), next()]).toEqual([11520, 0, 5927040, 70819200]);
  });

  it("depend on every bit of the seed and stay below 1", () => {
    const firsts = Array.from({ length: 32 }, (_, bit) => createRandomNumbers(2 ** bit)());
    expect(new Set(firsts).size).toBe(32);
    const numbers = createRandomNumbers(1);
    for (let round = 0; round < 10_000; round += 1) {
      const number = numbers();
      expect(number >= 0 && number < 1).toBe(true);
    }
  });
});

it("the exponential is exact to two units in the last place", () => {
  const random = createRandomNumbers(3);
  for (let round = 0; round < 20_000; round += 1) {
    const x = -random() * (round % 2 === 0 ? 1 : 700);
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(2 ** -51);
  }
  expect([exponential(0), exponential(-1e9), exponential(Number.NEGATIVE_INFINITY), exponential(Number.NaN)]).toEqual([1, 0, 0, 0]);
});

describe("a token", () => {
  it("is the likeliest at temperature 0, of equally likely ones the smallest", () => {
    expect(shares([1, 5, 5, 2], { temperature: 0 }, { rounds: 1 })).toEqual([0, 1, 0, 0]);
  });

  it("comes as often as its probability says", () => {
    expectShares(shares(logarithms([0.5, 0.3, 0.2]), {}), [0.5, 0.3, 0.2]);
    expectShares(shares(logarithms([0.25, 0.25, 0.5]), { temperature: 0.5 }), [1 / 6, 1 / 6, 4 / 6]);
  });

  it("is one of the k likeliest", () => {
    expectShares(shares(logarithms([0.1, 0.4, 0.2, 0.3]), { topK: 2 }), [0, 4 / 7, 0, 3 / 7]);
  });

  it("is one of the likeliest whose probabilities reach top-p", () => {
    const logits = logarithms([0.1, 0.4, 0.2, 0.3]);
    expectShares(shares(logits, { topP: 0.65 }), [0, 4 / 7, 0, 3 / 7]);
    expectShares(shares(logits, { topP: 0.75 }), [0, 4 / 9, 2 / 9, 3 / 9]);
    expectShares(shares(logits, { topP: 0 }), [0, 1, 0, 0]);
    expectShares(shares(logits, { topP: 0.5, topK: 3 }), [0, 4 / 7, 0, 3 / 7]);
  });

  it("is at least min-p times as likely as the likeliest", () => {
    expectShares(shares(logarithms([0.5, 0.3, 0.15, 0.05]), { minP: 0.29 }), [5 / 9.5, 3 / 9.5, 1.5 / 9.5, 0]);
  });

  it("is not the usual one where XTC leaves it out", () => {
    const logits = logarithms([0.5, 0.3, 0.15, 0.05]);
    expectShares(shares(logits, { xtc: { probability: 1, threshold: 0.1 } }), [0, 0, 0.75, 0.25]);
    expectShares(shares(logits, { xtc: { probability: 0.5, threshold: 0.2 } }), [0.25, 0.15 + 0.3, 0.075 + 0.15, 0.025 + 0.05]);
    expectShares(shares(logits, { xtc: { probability: 1, threshold: 0.6 } }), [0.5, 0.3, 0.15, 0.05]);
  });

  it("is less likely when it came before", () => {
    const history = Int32Array.of(0, 0, 1);
    const logits = [2, -1, 0.5];
    const probabilities = (changed: readonly number[]) => {
      const sum = changed.reduce((total, logit) => total + Math.exp(logit), 0);
      return changed.map((logit) => Math.exp(logit) / sum);
    };
    expectShares(shares(logits, { repetitionPenalty: 2 }, { history }), probabilities([1, -2, 0.5]));
    expectShares(shares(logits, { frequencyPenalty: 0.5, presencePenalty: 0.25 }, { history }), probabilities([0.75, -1.75, 0.5]));
  });

  it("that would go on with a repetition is the less likely the longer that is", () => {
    const dry = { multiplier: 1, base: 2, allowedLength: 2 };
    const penalty = (history: readonly number[], token: number) => {
      const logits = new Float32Array(8);
      createSampler({ vocabularySize: 8, sampling: { ...plain, temperature: 0, dry }, seed: 1, isBreaker: (one) => one === 7 }).sample(
        logits,
        Int32Array.from(history),
        history.length,
      );
      return 0 - (logits[token] ?? 0);
    };
    expect(penalty([1, 2, 3, 1], 2)).toBe(0);
    expect(penalty([1, 2, 3, 1, 2], 3)).toBe(1);
    expect(penalty([1, 2, 3, 4, 1, 2, 3], 4)).toBe(2);
    expect(penalty([1, 1, 1, 1, 1], 1)).toBe(4);
    // A repetition does not reach across a breaker.
    expect(penalty([1, 7, 2, 3, 1, 7, 2], 3)).toBe(0);
    expect(penalty([1, 2, 7, 1, 2], 7)).toBe(0);
  });

  it("may be banned or preferred", () => {
    expectShares(shares([0, 0, 0], { logitBias: { 0: Number.NEGATIVE_INFINITY, 2: Math.log(3) } }), [0, 0.25, 0.75]);
  });

  it("is one that the mask allows, whatever its logit", () => {
    const mask = Uint32Array.of(0b1010);
    for (const settings of [{ temperature: 0 }, { topK: 2 }, { topP: 0.5 }, {}]) {
      const [a, b, c, d] = shares([9, 1, 9, 1], settings, { mask, rounds: 100 });
      expect([a, c]).toEqual([0, 0]);
      expect((b ?? 0) + (d ?? 0)).toBeCloseTo(1);
    }
  });

  it("is never one whose logit is no number; where none is left, that is an error", () => {
    expect(shares([Number.NaN, 0, Number.NEGATIVE_INFINITY], {}, { rounds: 50 })[1]).toBeCloseTo(1);
    expect(shares([Number.POSITIVE_INFINITY, 0], { topP: 0.9 }, { rounds: 50 })[0]).toBeCloseTo(1);
    for (const temperature of [0, 1])
      expect(() => shares([Number.NaN, Number.NaN], { temperature })).toThrow(expect.objectContaining({ code: "generation-failed" }));
  });

  it("is the same for the same seed, logits and settings, and this one in every engine", () => {
    const random = createRandomNumbers(11);
    const logits = Float32Array.from({ length: 5000 }, () => random() * 12);
    const run = (seed: number) => {
      const sampler = createSampler({ vocabularySize: 5000, sampling: { ...plain, topK: 40, topP: 0.95 }, seed });
      return Array.from({ length: 8 }, () => sampler.sample(logits.slice(), none, 0));
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
    expect(run(5)).toMatchInlineSnapshot(`
      [
        2743,
        1908,
        2768,
        108,
        1873,
        862,
        4460,
        80,
      ]
    `);
  });
});

it("the k likeliest are those that sorting finds, also among equal logits", () => {
  const random = createRandomNumbers(2);
  for (let round = 0; round < 200; round += 1) {
    const size = 1 + Math.floor(random() * 300);
    const logits = Float32Array.from({ length: size }, () => Math.floor(random() * 20));
    const k = 1 + Math.floor(random() * 50);
    const candidates = createCandidates(size);
    selectTop(candidates, logits, k);
    const sorted = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b).slice(0, k);
    expect([...candidates.tokens.subarray(0, candidates.count)]).toEqual(sorted);
  }
});

it("top-p without top-k finds what sorting everything finds", () => {
  const random = createRandomNumbers(4);
  for (let round = 0; round < 100; round += 1) {
    const size = 500;
    const logits = Float32Array.from({ length: size }, () => random() * 30);
    const settings = { ...plain, topP: random() };
    const one = createSampler({ vocabularySize: size, sampling: settings, seed: round }).sample(logits.slice(), none, 0);
    // All but one of the tokens, so that the other path is taken.
    const other = createSampler({ vocabularySize: size, sampling: { ...settings, topK: size - 1 }, seed: round }).sample(logits.slice(), none, 0);
    expect(one).toBe(other);
  }
});

it("log-probabilities are the model's own, likeliest first", () => {
  const read = createLogProbabilityReader(4, 2);
  const { top, chosen } = read(Float32Array.from(logarithms([0.1, 0.4, 0.2, 0.3])));
  expect(top.map(({ token }) => token)).toEqual([1, 3]);
  expect(top[0]?.logProbability).toBeCloseTo(Math.log(0.4), 5);
  expect(chosen(0)).toBeCloseTo(Math.log(0.1), 5);
  expect(read(Float32Array.of(50, 0, 0, 0)).chosen(0)).toBe(0);
});

describe("settings", () => {
  it("are the request's, else the model's", () => {
    expect(resolveSampling({ topK: 3 })).toMatchObject({ topK: 3, topP: 0.95, temperature: 0.8 });
  });

  it.each([
    { temperature: -1 },
    { topP: Number.NaN },
    { dry: { multiplier: -1 } },
    { dry: { multiplier: 1, base: 0 } },
    { xtc: { probability: 2, threshold: 0.1 } },
    { logitBias: { 9: 1 } },
    { logitBias: { 1: Number.NaN } },
  ])("out of their range are refused by name: %j", (wrong) => {
    expect(() => resolveSampling(wrong, undefined, 9)).toThrow(/sampling\.(temperature|topP|dry|xtc|logitBias)/);
  });

  it("seeds wrap to 32 bits", () => {
    expect([resolveSeed(7, Math.random), resolveSeed(-1, Math.random), resolveSeed(undefined, () => 0.5)]).toEqual([7, 2 ** 32 - 1, 2 ** 31]);
    expect(() => resolveSeed(0.5, Math.random)).toThrow("whole number");
  });
});
