import { describe, expect, it } from "vitest";
import type { DeviceState } from "../platform/hardware.ts";
import { type PowerMode, type PowerPlan, powerModes, powerPlan } from "./power-plan.ts";

const cases: [string, DeviceState, Record<PowerMode, PowerPlan["pace"]>, boolean][] = [
  ["nothing is known", {}, { performance: "full", balanced: "full", saver: "eased" }, false],
  ["it is cool and charging", { thermal: "nominal", charging: true, batteryLevel: 0.1 }, { performance: "full", balanced: "full", saver: "eased" }, false],
  ["it is warm", { thermal: "fair" }, { performance: "full", balanced: "full", saver: "restrained" }, false],
  ["it is hot", { thermal: "serious" }, { performance: "eased", balanced: "restrained", saver: "restrained" }, true],
  ["it is too hot", { thermal: "critical" }, { performance: "paused", balanced: "paused", saver: "paused" }, true],
  ["the battery is low", { batteryLevel: 0.19, charging: false }, { performance: "full", balanced: "restrained", saver: "restrained" }, true],
  ["the user asked to save power", { lowPower: true }, { performance: "full", balanced: "eased", saver: "restrained" }, true],
  ["the strictest of several holds", { lowPower: true, thermal: "critical" }, { performance: "paused", balanced: "paused", saver: "paused" }, true],
];

describe.each(cases)("when %s", (_when, state, paces, backgroundWaits) => {
  it.each(powerModes)("in mode %s", (mode) => {
    const plan = powerPlan(mode, state);
    expect(plan).toMatchObject({ pace: paces[mode], backgroundWaits });
    expect(plan.reason !== "").toBe(plan.pace !== "full");
  });
});

it("means fewer threads, smaller batches and fewer tokens the stricter it gets", () => {
  const [full, eased, restrained, paused] = [
    powerPlan("balanced", {}),
    powerPlan("balanced", { lowPower: true }),
    powerPlan("balanced", { thermal: "serious" }),
    powerPlan("balanced", { thermal: "critical" }),
  ];
  expect([full, eased, restrained, paused].map(({ threadShare }) => threadShare)).toEqual([1, 0.5, 0.25, 0.25]);
  expect([full, eased, restrained].map(({ batchSize }) => batchSize)).toEqual([undefined, 64, 32]);
  expect([full, eased, restrained, paused].map(({ tokensPerSecond }) => tokensPerSecond)).toEqual([undefined, 20, 10, 0]);
});
