import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nodePlatform } from "../src/node/platform.ts";
import type { Platform } from "../src/platform/platform.ts";

export interface TemporaryPlatform extends Platform {
  readonly home: string;
  /** Every wait that was asked for, in ms. */
  readonly sleeps: readonly number[];
  remove(): Promise<void>;
}

/** How much faster than real time this platform's clock runs, so that back-off costs a test next to nothing. */
const speed = 100;

/** A real folder and real HTTP, with a fast clock. */
export async function temporaryPlatform(): Promise<TemporaryPlatform> {
  const home = await mkdtemp(join(tmpdir(), "tenfold-core-"));
  const sleeps: number[] = [];
  const platform = nodePlatform({ home });
  return {
    ...platform,
    home,
    sleeps,
    clock: {
      ...platform.clock,
      now: () => performance.now() * speed,
      sleep: async (durationMs, signal) => {
        sleeps.push(durationMs);
        await delay(durationMs / speed, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
      },
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
