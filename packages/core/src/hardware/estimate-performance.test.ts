import { type Measurement, measurementSchema, parse } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { estimatePerformance, type PerformanceRequest } from "./estimate-performance.ts";
import { measureMemoryBandwidth } from "./measure-memory-bandwidth.ts";

const spread = (median: number) => ({ median, minimum: median, maximum: median, repetitions: 3 });
function measurement(weights: string, decode: number, change: Partial<Measurement> = {}): Measurement {
  return parse(
    measurementSchema,
    {
      schemaVersion: 1,
      model: "measured-model",
      variant: "q4",
      weights: weights.repeat(64),
      framework: "llama.cpp",
      frameworkVersion: "1",
      accelerator: "cpu",
      device: { name: "This computer", osName: "linux", osVersion: "6" },
      takenAt: "2026-03-01T00:00:00Z",
      promptTokens: 100,
      generatedTokens: 100,
      contextSize: 1024,
      timeToFirstTokenMs: spread(100),
      prefillTokensPerSecond: spread(decode * 10),
      decodeTokensPerSecond: spread(decode),
      ...change,
    },
    "measurement",
  );
}
const request: PerformanceRequest = { framework: "llama.cpp", accelerator: "cpu", weights: "a".repeat(64), bytesPerToken: 1e9 };
const speed = { decodeBandwidthShare: 0.5, prefillPerDecode: 4, source: "made up" };

test("what was measured of this very file here comes first, the latest of several", () => {
  const measurements = [measurement("a", 20), measurement("a", 30, { takenAt: "2026-04-01T00:00:00Z" }), measurement("b", 90, { peakMemoryBytes: 1e9 })];
  expect(estimatePerformance({ ...request, measurements, memoryBytesPerSecond: 1e10, speed })).toEqual({
    basis: "measured",
    how: "median of 3 runs on This computer, 2026-04-01",
    decodeTokensPerSecond: 30,
    prefillTokensPerSecond: 300,
  });
});

test("then another model that was measured here, by the bytes that a token reads", () => {
  const measurements = [measurement("b", 40, { peakMemoryBytes: 2e9 })];
  expect(estimatePerformance({ ...request, measurements, memoryBytesPerSecond: 1e10, speed })).toMatchObject({
    basis: "predicted",
    how: expect.stringContaining("measured-model"),
    decodeTokensPerSecond: 80,
  });
});

test("then the memory's bandwidth", () => {
  const measurements = [measurement("a", 20, { framework: "onnx-runtime" }), measurement("a", 20, { accelerator: "cuda" })];
  expect(estimatePerformance({ ...request, measurements, memoryBytesPerSecond: 1e10, speed })).toEqual({
    basis: "predicted",
    how: "10.0 GB/s of memory bandwidth, of which 50 % are used, over 1000 MB for each token",
    decodeTokensPerSecond: 5,
    prefillTokensPerSecond: 20,
  });
});

test("what every token costs bounds the speed of tiny models, predicted either way", () => {
  const slow = { ...speed, tokenOverheadMs: 2 };
  const decode = (change: Partial<PerformanceRequest>) => estimatePerformance({ ...request, speed: slow, ...change })?.decodeTokensPerSecond;
  expect(decode({ bytesPerToken: 1e6, memoryBytesPerSecond: 1e10 })).toBeCloseTo(1000 / 2.2, 6);
  // 12 ms for a token: 2 for any, 10 for 1 GB.
  const measurements = [measurement("b", 1000 / 12, { peakMemoryBytes: 1e9 })];
  expect(decode({ bytesPerToken: 2e9, measurements })).toBeCloseTo(1000 / 22, 6);
  expect(decode({ bytesPerToken: 1e6, measurements })).toBeCloseTo(1000 / 2.01, 6);
  // A machine that was faster than the overhead allows has less of it.
  expect(decode({ bytesPerToken: 1e9, measurements: [measurement("b", 1000, { peakMemoryBytes: 1e9 })] })).toBeCloseTo(1000, 6);
});

test("a measurement that tells no speed predicts none", () => {
  expect(estimatePerformance({ ...request, measurements: [measurement("b", 0, { peakMemoryBytes: 1e9 })], speed })).toBeUndefined();
});

test("and without anything to go by there is no answer", () => {
  expect(estimatePerformance(request)).toBeUndefined();
  expect(estimatePerformance({ ...request, measurements: [measurement("b", 40)], speed })).toBeUndefined();
});

test("bandwidth is bytes read and written in the fastest of the copies; a clock that stands still tells nothing", () => {
  const times = [0, 10, 20, 22, 30, 35];
  const now = () => times.shift() ?? 0;
  expect(measureMemoryBandwidth({ now, sizeBytes: 1_000_000, copies: 3 })).toBe((2 * 1_000_000 * 1000) / 2);
  expect(measureMemoryBandwidth({ now: () => 7, sizeBytes: 1000 })).toBeUndefined();
  expect(measureMemoryBandwidth({ now: () => performance.now() })).toBeGreaterThan(1e8);
});
