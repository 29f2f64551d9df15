import { setTimeout as delay } from "node:timers/promises";
import type { RunJobOptions } from "./run-job.ts";
import { runNextJob } from "./run-job.ts";

export interface WorkerOptions extends Omit<RunJobOptions, "signal"> {
  /** Jobs at once. Default 1. */
  readonly concurrency?: number;
  /** How often the queue is looked at while it is empty. Default 1 s. */
  readonly idleMs?: number;
  /** What is looked for again and again and becomes jobs, each `sweepMs` (default 1 minute). */
  readonly sweep?: () => Promise<void>;
  readonly sweepMs?: number;
}

export interface Worker {
  /** Puts running jobs back, waits for them to let go, and takes no more. Safe to call twice. */
  stop(): Promise<void>;
}

/** Takes jobs until it is stopped. A database that is out of reach is asked again. */
export function startWorker({ concurrency = 1, idleMs = 1_000, sweep, sweepMs = 60_000, ...options }: WorkerOptions): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (durationMs: number) => delay(durationMs, undefined, { signal }).catch(() => {});

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const did = await runNextJob({ ...options, signal }).catch(complain);
      if (did === undefined) await pause(idleMs);
    }
  }
  async function look(): Promise<void> {
    while (sweep && !signal.aborted) {
      await sweep().catch(complain);
      await pause(sweepMs);
    }
  }
  function complain(error: unknown): undefined {
    if (!signal.aborted) options.log.warn(`jobs: ${error instanceof Error ? error.message : String(error)}`);
  }

  const running = Promise.all([look(), ...Array.from({ length: concurrency }, work)]);
  return {
    async stop() {
      stopping.abort(new Error("the worker stops"));
      await running;
    },
  };
}
