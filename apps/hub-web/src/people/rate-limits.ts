import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

export interface RateLimits {
  /** Counts an attempt; answers after how many seconds the next may come when this one is too many. */
  take(limit: LimitName, key: string): Promise<number | undefined>;
  /** Forgets the attempts under a key, after one that succeeded. */
  clear(limit: LimitName, key: string): Promise<void>;
}

/** How many attempts in how many seconds. An address may be a whole office's, so that it has more of them than an account. */
const limits = {
  "sign-in by address": { points: 30, duration: 60 },
  "sign-in by account": { points: 10, duration: 300 },
  "link by address": { points: 20, duration: 60 },
} as const;
export type LimitName = keyof typeof limits;

/** Kept in memory: each process counts for itself, and forgets when it ends. */
export function createRateLimits(): RateLimits {
  const limiters = new Map(Object.entries(limits).map(([name, limit]) => [name, new RateLimiterMemory({ keyPrefix: name, ...limit })]));
  const limiter = (name: LimitName) => limiters.get(name) as RateLimiterMemory;
  return {
    async take(limit, key) {
      try {
        await limiter(limit).consume(key);
        return undefined;
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1000);
        throw error;
      }
    },
    async clear(limit, key) {
      await limiter(limit).delete(key);
    },
  };
}
