import type { Clock } from "../platform/platform.ts";

export const progressStages = ["discovery", "download", "extraction", "validation", "initialization", "loading", "ready"] as const;
export type ProgressStage = (typeof progressStages)[number];

export interface ProgressEvent {
  stage: ProgressStage;
  /** Of this stage, 0 to 1. */
  stageFraction: number;
  /** Of the whole way, 0 to 1, never falling. */
  overallFraction: number;
  /** Estimate of the time until ready, once there is something to estimate from. */
  remainingMs?: number;
  /** During download. */
  bytes?: { received: number; total: number; perSecond: number };
}

/** Share of the whole way that each stage usually takes when a model has to be downloaded. */
const weights: Readonly<Record<ProgressStage, number>> = {
  discovery: 0.01,
  download: 0.8,
  extraction: 0.02,
  validation: 0.04,
  initialization: 0.03,
  loading: 0.1,
  ready: 0,
};

export interface ProgressTracker {
  report(stage: ProgressStage, stageFraction: number, bytes?: ProgressEvent["bytes"]): void;
}

/**
 * Weighs stages into one overall fraction. A stage that is skipped counts as done; the overall fraction never falls.
 * The remaining time assumes the rate since the first report.
 */
export function createProgressTracker(clock: Pick<Clock, "now">, onProgress: (event: ProgressEvent) => void): ProgressTracker {
  let highest = 0;
  let first: { at: number; fraction: number } | undefined;

  return {
    report(stage, stageFraction, bytes) {
      const within = Math.min(1, Math.max(0, stageFraction));
      let done = 0;
      for (const earlier of progressStages) {
        if (earlier === stage) break;
        done += weights[earlier];
      }
      highest = Math.max(highest, stage === "ready" ? 1 : Math.min(1, done + weights[stage] * within));
      first ??= { at: clock.now(), fraction: highest };
      const elapsed = clock.now() - first.at;
      const gained = highest - first.fraction;
      const remainingMs = highest === 1 ? 0 : gained > 0.001 && elapsed > 0 ? ((1 - highest) / gained) * elapsed : undefined;
      onProgress({
        stage,
        stageFraction: within,
        overallFraction: highest,
        ...(remainingMs === undefined ? {} : { remainingMs }),
        ...(bytes ? { bytes } : {}),
      });
    },
  };
}
