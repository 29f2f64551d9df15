import { createLock } from "../loop/lock.ts";
import type { TokenLoop } from "../loop/token-loop.ts";

/** Token loops that share a model's weights, one for each answer at once. */
export interface LoopPool {
  /** Waits for a loop, and prefers the one that has computed most of the prompt. Rejects with the signal's reason. */
  lease(prompt: Int32Array, cacheKey: string | undefined, signal: AbortSignal | undefined): Promise<{ loop: TokenLoop; release(): void }>;
  /** Drops the caches that no answer uses. */
  trim(): Promise<void>;
}

interface Slot {
  readonly loop: TokenLoop;
  busy: boolean;
  lastUse: number;
  lastPrompt: Int32Array;
  cacheKey: string | undefined;
}

export function createLoopPool(loops: readonly TokenLoop[]): LoopPool {
  const slots: Slot[] = loops.map((loop) => ({ loop, busy: false, lastUse: 0, lastPrompt: new Int32Array(0), cacheKey: undefined }));
  /** Who takes turns also takes a loop: there is one free whenever a turn comes. */
  const turns = loops.map(() => createLock());
  let uses = 0;

  function choose(prompt: Int32Array, cacheKey: string | undefined): Slot | undefined {
    const shared = (slot: Slot) => (slot.cacheKey === cacheKey ? commonLength(slot.lastPrompt, prompt) : 0);
    const free = slots.filter((slot) => !slot.busy);
    // Without a match the one unused for longest goes, so that recent conversations keep their caches.
    return free.sort((a, b) => shared(b) - shared(a) || a.lastUse - b.lastUse)[0];
  }

  return {
    async lease(prompt, cacheKey, signal) {
      uses += 1;
      const release = await (turns[uses % turns.length] ?? createLock()).acquire(signal);
      const slot = choose(prompt, cacheKey);
      if (!slot) {
        release();
        throw new Error("There is no free loop for a turn.");
      }
      Object.assign(slot, { busy: true, lastUse: uses, lastPrompt: prompt, cacheKey });
      return {
        loop: slot.loop,
        release() {
          slot.busy = false;
          release();
        },
      };
    },
    async trim() {
      for (const slot of slots.filter(({ busy }) => !busy)) await slot.loop.trim();
    },
  };
}

function commonLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}
