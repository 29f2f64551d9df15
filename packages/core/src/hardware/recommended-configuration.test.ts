import { describe, expect, it, test } from "vitest";
import type { DeviceState, Hardware } from "../platform/hardware.ts";
import { recommendedConfiguration } from "./recommended-configuration.ts";

const hardwareOf = (processor: Partial<Hardware["processor"]>, portable = false): Hardware => ({
  processor: { logicalCores: 8, features: [], ...processor },
  memory: { totalBytes: 16e9 },
  graphics: [],
  portable,
});
const desktop = hardwareOf({ performanceCores: 8 });
const threads = (hardware: Hardware, state: DeviceState, powerMode?: "performance" | "balanced" | "saver") =>
  recommendedConfiguration({ hardware, state, accelerators: ["cpu"], ...(powerMode ? { powerMode } : {}) }).threads;

describe("threads", () => {
  it.each([
    [0, 8],
    [0.2, 7],
    [3, 5],
    [7.9, 1],
    [30, 1],
  ])("with %d of 8 cores busy: %d", (busyCores, expected) => {
    expect(threads(desktop, { busyCores })).toBe(expected);
  });

  it("one core is left to others when nobody knows what they do", () => {
    expect(threads(desktop, {})).toBe(7);
    expect(threads(hardwareOf({ logicalCores: 1 }), {})).toBe(1);
  });

  it("efficiency cores and second threads of a core do not count", () => {
    expect(threads(hardwareOf({ logicalCores: 12, performanceCores: 4, efficiencyCores: 4 }), { busyCores: 0 })).toBe(4);
  });

  it("a container's share counts, not the machine's cores", () => {
    expect(threads(hardwareOf({ logicalCores: 2, performanceCores: 32 }), { busyCores: 0 })).toBe(2);
  });

  it("fewer to save power", () => {
    expect((["performance", "balanced", "saver"] as const).map((mode) => threads(desktop, { busyCores: 0 }, mode))).toEqual([8, 7, 4]);
    expect((["performance", "balanced", "saver"] as const).map((mode) => threads(desktop, { busyCores: 6 }, mode))).toEqual([2, 2, 2]);
  });
});

test.each<[DeviceState, boolean, string]>([
  [{ thermal: "serious", charging: true }, true, "saver"],
  [{ thermal: "critical" }, false, "saver"],
  [{ lowPower: true, charging: true }, true, "saver"],
  [{ batteryLevel: 0.1, charging: false }, true, "saver"],
  [{ batteryLevel: 0.1, charging: true }, true, "performance"],
  [{ batteryLevel: 0.8, charging: false }, true, "balanced"],
  [{ thermal: "fair" }, false, "balanced"],
  [{}, false, "performance"],
])("%j, portable %s: %s", (state, portable, mode) => {
  expect(recommendedConfiguration({ hardware: hardwareOf({}, portable), state, accelerators: [] }).powerMode).toBe(mode);
});

test("the first accelerator, the memory that may be taken, and a reason for each choice", () => {
  const configuration = recommendedConfiguration({
    hardware: desktop,
    state: { availableMemoryBytes: 4e9 },
    accelerators: ["cuda", "cpu"],
    powerMode: "balanced",
  });
  expect(configuration).toMatchObject({ accelerator: "cuda", powerMode: "balanced", memoryLimitBytes: 4e9 });
  expect(configuration.reasons).toEqual([
    "cuda: the first that the framework offers here.",
    "7 threads: 8 useful cores, nothing is known of what others do.",
    "balanced: as asked.",
    "4000 MB: what is free now.",
  ]);
  expect(recommendedConfiguration({ hardware: { ...desktop, memory: {} }, accelerators: [] })).not.toHaveProperty("memoryLimitBytes");
});
