const firstMs = 10_000;
const longestMs = 30 * 60_000;

/** How long a job waits after its `attempt`-th failure: twice as long each time, up to half an hour, and up to a fifth more so that jobs do not come back all at once. */
export function retryDelayMs(attempt: number, random = Math.random): number {
  return Math.round(Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * (1 + random() / 5));
}
