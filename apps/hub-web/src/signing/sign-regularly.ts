import type { Log } from "../log.ts";
import type { Signer } from "./signer.ts";

const everyMs = 3_600_000;

/** Looks every hour whether anything must be signed anew: the shortest signature holds for a day. Answers how to stop. */
export function signRegularly(signer: Signer, log: Log): () => Promise<void> {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = signer.sign().catch((error: unknown) => log.error(`signing failed and is tried again in an hour: ${String(error)}`));
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
