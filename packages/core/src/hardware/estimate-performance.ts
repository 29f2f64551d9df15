import type { Accelerator, Measurement, SpeedProfile } from "@tenfold/catalog";

export interface PerformanceRequest {
  framework: string;
  accelerator: Accelerator;
  /** SHA-256 of the weights, which is what a measurement names. */
  weights?: string;
  /** What decoding one token reads: the weights that it uses, and its share of the cache. */
  bytesPerToken: number;
  /** Of this framework on this device, of any model. */
  measurements?: readonly Measurement[];
  /** Of this device, as `measureMemoryBandwidth` finds it. */
  memoryBytesPerSecond?: number;
  /** Of the framework's profile. */
  speed?: SpeedProfile;
}

export interface PerformanceEstimate {
  /** "measured": this model, here. "predicted": from another model that was measured here, or from the memory's bandwidth. */
  basis: "measured" | "predicted";
  how: string;
  decodeTokensPerSecond: number;
  prefillTokensPerSecond?: number;
}

/**
 * How fast a model will answer. Decoding is bound by memory: the time of a token is that of reading the bytes it needs at the speed that a
 * framework reaches here, and what the framework needs for any token.
 * @returns undefined when there is nothing to go by; a guess is no answer.
 */
export function estimatePerformance(request: PerformanceRequest): PerformanceEstimate | undefined {
  const alike = (request.measurements ?? []).filter(({ framework, accelerator }) => framework === request.framework && accelerator === request.accelerator);
  return measured(alike, request) ?? fromOtherModel(alike, request) ?? fromBandwidth(request);
}

function measured(measurements: readonly Measurement[], { weights }: PerformanceRequest): PerformanceEstimate | undefined {
  const own = latest(measurements.filter((one) => weights !== undefined && one.weights === weights));
  if (!own) return undefined;
  const { repetitions } = own.decodeTokensPerSecond;
  return {
    basis: "measured",
    how: `median of ${repetitions} ${repetitions === 1 ? "run" : "runs"} on ${own.device.name}, ${own.takenAt.slice(0, 10)}`,
    decodeTokensPerSecond: own.decodeTokensPerSecond.median,
    prefillTokensPerSecond: own.prefillTokensPerSecond.median,
  };
}

/** Weights take most of what a loaded model takes: without a better figure the peak memory of a measured model stands for its bytes per token. */
function fromOtherModel(measurements: readonly Measurement[], { bytesPerToken, speed }: PerformanceRequest): PerformanceEstimate | undefined {
  const other = latest(measurements.filter(({ peakMemoryBytes = 0, decodeTokensPerSecond }) => peakMemoryBytes > 0 && decodeTokensPerSecond.median > 0));
  if (other?.peakMemoryBytes === undefined) return undefined;
  const measuredMs = 1000 / other.decodeTokensPerSecond.median;
  // No more than half of what was measured: a faster machine needs less for each token as well.
  const overheadMs = Math.min(speed?.tokenOverheadMs ?? 0, measuredMs / 2);
  const decodeTokensPerSecond = 1000 / (overheadMs + ((measuredMs - overheadMs) * bytesPerToken) / other.peakMemoryBytes);
  return {
    basis: "predicted",
    how: `from ${other.model}, measured on ${other.device.name}, by the bytes that a token reads`,
    decodeTokensPerSecond,
    prefillTokensPerSecond: decodeTokensPerSecond * (other.prefillTokensPerSecond.median / other.decodeTokensPerSecond.median),
  };
}

function fromBandwidth({ memoryBytesPerSecond, speed, bytesPerToken }: PerformanceRequest): PerformanceEstimate | undefined {
  if (memoryBytesPerSecond === undefined || speed === undefined) return undefined;
  const readMs = (bytesPerToken / (memoryBytesPerSecond * speed.decodeBandwidthShare)) * 1000;
  const decodeTokensPerSecond = 1000 / (readMs + (speed.tokenOverheadMs ?? 0));
  return {
    basis: "predicted",
    how: `${(memoryBytesPerSecond / 1e9).toFixed(1)} GB/s of memory bandwidth, of which ${Math.round(speed.decodeBandwidthShare * 100)} % are used, over ${Math.round(bytesPerToken / 1e6)} MB for each token`,
    decodeTokensPerSecond,
    prefillTokensPerSecond: decodeTokensPerSecond * speed.prefillPerDecode,
  };
}

function latest(measurements: readonly Measurement[]): Measurement | undefined {
  return measurements.reduce<Measurement | undefined>((found, one) => (found === undefined || one.takenAt > found.takenAt ? one : found), undefined);
}
