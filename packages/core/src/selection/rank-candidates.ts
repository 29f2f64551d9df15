import type { Accelerator, Device, FrameworkId, Measurement, Variant } from "@tenfold/catalog";
import { canRun, type RunVerdict } from "../hardware/can-run.ts";
import { estimatePerformance, type PerformanceEstimate } from "../hardware/estimate-performance.ts";
import { type Configuration, recommendedConfiguration } from "../hardware/recommended-configuration.ts";
import type { DeviceState, Hardware } from "../platform/hardware.ts";
import type { CandidateFacts } from "./candidate-facts.ts";
import { compareChoices, qualityOf } from "./compare-choices.ts";
import { fastestThreads } from "./fastest-threads.ts";
import type { SelectionNeed } from "./selection-need.ts";
import { systemRefusal } from "./system-refusal.ts";

/** The device that is chosen for: this one, or one that a catalog describes. */
export interface SelectionDevice {
  platform: "node" | "browser" | "react-native";
  hardware: Hardware;
  state?: DeviceState;
  /** What was measured on it. */
  measurements?: readonly Measurement[];
  /** As `measureMemoryBandwidth` finds it. */
  memoryBytesPerSecond?: number;
  /** Of a device of a table, by which variants are refused that are made for another; on the device itself its adapters tell. */
  os?: Device["os"];
}

/** Something that runs, and how it would be loaded. */
export interface Choice {
  model: string;
  variant: Variant;
  framework: FrameworkId;
  configuration: Configuration;
  verdict: RunVerdict;
  /** Absent when there is nothing to go by. */
  performance?: PerformanceEstimate;
  installed: boolean;
  /** Bits of weights that say something, over all parameters; the more the better. Absent when the sizes are not known. */
  quality?: number;
  /** Why it stands where it stands, in words, the decisive one first. */
  reasons: readonly string[];
}

export interface Rejection {
  model: string;
  variant: Variant;
  framework: FrameworkId;
  reasons: readonly string[];
  /** Of the device alone: a need may refuse what would run. */
  verdict: RunVerdict;
}

export interface Ranking {
  /** The best first. */
  choices: readonly Choice[];
  rejected: readonly Rejection[];
}

/**
 * Which framework and variant suit a device and a need, the best first, with the reasons, and what was rejected and why. Computes only;
 * the same on the device itself and in a catalog that knows the device from a table.
 */
export function rankCandidates(candidates: readonly CandidateFacts[], device: SelectionDevice, need: SelectionNeed = {}): Ranking {
  const choices: Choice[] = [];
  const rejected: Rejection[] = [];
  for (const candidate of candidates) {
    const { model, variant, profile } = candidate;
    const about = { model, variant, framework: profile.framework };
    const refusals = refusalsOf(candidate, need);
    const verdict = canRun({
      model: { format: variant.format, ...pick(candidate, "architecture"), ...pick(variant, "quantization") },
      profile,
      ...{ platform: device.platform, hardware: device.hardware },
      ...pick(device, "state"),
      ...pick(candidate, "support"),
      ...pick(candidate, "estimate"),
      ...pick(need, "memoryLimitBytes"),
    });
    if (verdict.verdict === "unsupported" || verdict.verdict === "does-not-fit") refusals.unshift(...verdict.reasons);
    const otherSystem = candidate.support === undefined ? systemRefusal(variant, device.os) : undefined;
    if (otherSystem) refusals.unshift(otherSystem);
    if (refusals.length > 0) rejected.push({ ...about, reasons: refusals, verdict });
    else choices.push(choiceOf(candidate, verdict, device, need));
  }
  choices.sort((left, right) => compareChoices(left, right, need));
  return { choices, rejected };
}

/** What only the need forbids. */
function refusalsOf({ contextLength, support, variant, profile }: CandidateFacts, { contextSize, accelerator }: SelectionNeed): string[] {
  const refusals: string[] = [];
  if (contextSize !== undefined && contextLength !== undefined && contextLength < contextSize) {
    refusals.push(`It was trained for ${contextLength} tokens, and ${contextSize} are wanted.`);
  }
  if (variant.frameworks && !variant.frameworks.includes(profile.framework)) {
    refusals.push(`Its publisher names ${variant.frameworks.join(", ")} for it, not ${profile.framework}.`);
  }
  if (accelerator !== undefined && support?.available && !support.accelerators.includes(accelerator)) {
    refusals.push(`${profile.name} cannot use ${accelerator} here; it can use ${support.accelerators.join(", ")}.`);
  }
  return refusals;
}

function choiceOf(candidate: CandidateFacts, verdict: RunVerdict, device: SelectionDevice, need: SelectionNeed): Choice {
  const { model, variant, profile, support, installed = false } = candidate;
  const here = profile.platforms[device.platform];
  const offered = support?.available ? support.accelerators : here.supported ? here.accelerators : [];
  const configuration = configurationOf(candidate, need.accelerator ? [need.accelerator] : offered, device, need);
  const performance = performanceOf(candidate, configuration, device);
  const quality = qualityOf(candidate);
  return {
    ...{ model, variant, framework: profile.framework, configuration, verdict, installed },
    ...(performance ? { performance } : {}),
    ...(quality === undefined ? {} : { quality }),
    reasons: [
      ...verdict.reasons,
      performance
        ? `${performance.decodeTokensPerSecond.toFixed(1)} tokens a second, ${performance.basis}: ${performance.how}.`
        : "Nothing tells how fast it is here.",
      ...(quality === undefined ? [] : [`${(quality / 1e9).toFixed(2)} billion bits of weights count for its quality.`]),
      ...(installed ? ["It is on this device."] : []),
    ],
  };
}

/** What was measured here decides about threads, as far as so many cores are idle. */
function configurationOf(
  { profile, weights }: CandidateFacts,
  accelerators: readonly Accelerator[],
  device: SelectionDevice,
  need: SelectionNeed,
): Configuration {
  const recommended = recommendedConfiguration({
    ...{ hardware: device.hardware, accelerators },
    ...pick(device, "state"),
    ...pick(need, "powerMode"),
    ...pick(need, "memoryLimitBytes"),
  });
  const measured = fastestThreads({
    ...{ framework: profile.framework, accelerator: recommended.accelerator },
    ...(weights === undefined ? {} : { weights }),
    ...pick(device, "measurements"),
  });
  if (!measured || measured.threads >= recommended.threads) return recommended;
  const { threads, why } = measured;
  return { ...recommended, threads, reasons: [...recommended.reasons, `${threads} ${threads === 1 ? "thread" : "threads"}: ${why}.`] };
}

function performanceOf({ weights, estimate, sizeBytes, profile }: CandidateFacts, { accelerator, threads }: Configuration, device: SelectionDevice) {
  // What is kept in a second layout is read in one of them.
  const bytesPerToken = sizeBytes ?? estimate?.terms.find(({ name }) => name === "weights")?.bytes;
  if (bytesPerToken === undefined) return undefined;
  return estimatePerformance({
    ...{ framework: profile.framework, accelerator, bytesPerToken },
    ...(weights === undefined ? {} : { weights }),
    ...(device.measurements ? { measurements: device.measurements.filter((one) => one.threads === undefined || one.threads === threads) } : {}),
    ...pick(device, "memoryBytesPerSecond"),
    ...pick(profile, "speed"),
  });
}

/** The key with its value, where it has one. */
function pick<Source extends object, Key extends keyof Source>(source: Source, key: Key): { [Name in Key]?: Exclude<Source[Name], undefined> } {
  return source[key] === undefined ? {} : ({ [key]: source[key] } as { [Name in Key]?: Exclude<Source[Name], undefined> });
}
