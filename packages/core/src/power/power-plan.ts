import type { DeviceState } from "../platform/hardware.ts";

/** What matters more, answers or the battery. */
export const powerModes = ["performance", "balanced", "saver"] as const;
export type PowerMode = (typeof powerModes)[number];

/** How hard models may work at the moment. */
export interface PowerPlan {
  pace: "full" | "eased" | "restrained" | "paused";
  /** Of the cores that would be used otherwise, for loads from now on. */
  threadShare: number;
  /** Prompt tokens computed at once, for loads from now on; absent: the framework's own. */
  batchSize?: number;
  /** Absent: as fast as it goes. 0: nothing, until the device has cooled. */
  tokensPerSecond?: number;
  /** Why, in words; empty at full pace. */
  reason: string;
  /** Whether downloads in the background and benchmarks should wait. */
  backgroundWaits: boolean;
}

/** Below this a battery that is not charging is low: where phones begin to warn. */
export const lowBattery = 0.2;

/** 10 tokens per second are a little more than most people read; 20 leave the processor idle half the time on a fast phone. */
const paces = {
  full: { threadShare: 1 },
  eased: { threadShare: 0.5, batchSize: 64, tokensPerSecond: 20 },
  restrained: { threadShare: 0.25, batchSize: 32, tokensPerSecond: 10 },
  paused: { threadShare: 0.25, batchSize: 32, tokensPerSecond: 0 },
} as const satisfies Record<PowerPlan["pace"], Omit<PowerPlan, "pace" | "reason" | "backgroundWaits">>;

const order = ["full", "eased", "restrained", "paused"] as const satisfies readonly PowerPlan["pace"][];

/** What each circumstance asks for in each mode; the strictest decides. */
const rules: readonly { holds(state: DeviceState): boolean; reason: string; pace: Record<PowerMode, PowerPlan["pace"]>; background: boolean }[] = [
  {
    holds: ({ thermal }) => thermal === "critical",
    reason: "the device is too hot",
    pace: { performance: "paused", balanced: "paused", saver: "paused" },
    background: true,
  },
  {
    holds: ({ thermal }) => thermal === "serious",
    reason: "the device is hot",
    pace: { performance: "eased", balanced: "restrained", saver: "restrained" },
    background: true,
  },
  {
    holds: ({ thermal }) => thermal === "fair",
    reason: "the device is getting warm",
    pace: { performance: "full", balanced: "full", saver: "restrained" },
    background: false,
  },
  {
    holds: ({ batteryLevel, charging }) => batteryLevel !== undefined && batteryLevel < lowBattery && charging !== true,
    reason: "the battery is low",
    pace: { performance: "full", balanced: "restrained", saver: "restrained" },
    background: true,
  },
  {
    holds: ({ lowPower }) => lowPower === true,
    reason: "the device saves power",
    pace: { performance: "full", balanced: "eased", saver: "restrained" },
    background: true,
  },
  { holds: () => true, reason: "power is saved", pace: { performance: "full", balanced: "full", saver: "eased" }, background: false },
];

export function powerPlan(mode: PowerMode, state: DeviceState): PowerPlan {
  const applying = rules.filter((rule) => rule.holds(state));
  const pace = applying.reduce<PowerPlan["pace"]>(
    (strictest, rule) => (order.indexOf(rule.pace[mode]) > order.indexOf(strictest) ? rule.pace[mode] : strictest),
    "full",
  );
  const reason = pace === "full" ? "" : (applying.find((rule) => rule.pace[mode] === pace)?.reason ?? "");
  return { pace, ...paces[pace], reason, backgroundWaits: applying.some(({ background }) => background) };
}
