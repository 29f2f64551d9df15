import type { NativeSequence } from "./binding.ts";
import { disposedError } from "./errors.ts";

/** A sequence that one answer has to itself. */
export interface Lease {
  readonly sequence: NativeSequence;
  /** Prompt tokens in the cache already that may be used: those of the same key, up to the first difference. */
  readonly reusable: number;
  release(): void;
}

export interface SequencePool {
  /** Waits for a sequence, first come first served. Rejects with the signal's reason, or `disposed`. */
  lease(prompt: readonly number[], cacheKey: string | undefined, signal: AbortSignal | undefined): Promise<Lease>;
  /** Every sequence that no answer has; each has to be released. */
  leaseIdle(): Lease[];
  /** Whose each sequence's cache is. */
  cacheKeys(): (string | undefined)[];
  /** Those who wait are told that the model is gone. */
  close(): void;
}

interface Slot {
  readonly sequence: NativeSequence;
  cacheKey: string | undefined;
  free: boolean;
  lastUse: number;
}

/** Hands out sequences, preferring the one that holds the longest beginning of the prompt. */
export function createSequencePool(sequences: readonly NativeSequence[], cacheKeys: readonly (string | undefined)[] = []): SequencePool {
  const slots: Slot[] = sequences.map((sequence, index) => ({ sequence, cacheKey: cacheKeys[index], free: true, lastUse: sequence.tokens.length > 0 ? 1 : 0 }));
  const waiting: { grant: (slot: Slot) => void; refuse: (error: unknown) => void; choose: () => Slot | undefined }[] = [];
  let uses = 1;
  let closed = false;

  function choose(prompt: readonly number[], cacheKey: string | undefined): Slot | undefined {
    const rank = (slot: Slot) => reusableTokens(slot, prompt, cacheKey);
    const free = slots.filter((slot) => slot.free);
    // Without a match the one unused for longest goes, so that recent conversations keep their caches.
    return free.sort((a, b) => rank(b) - rank(a) || a.lastUse - b.lastUse)[0];
  }

  function take(slot: Slot, prompt: readonly number[], cacheKey: string | undefined): Lease {
    const reusable = reusableTokens(slot, prompt, cacheKey);
    uses += 1;
    Object.assign(slot, { free: false, cacheKey, lastUse: uses });
    let released = false;
    return {
      sequence: slot.sequence,
      reusable,
      release() {
        if (released) return;
        released = true;
        slot.free = true;
        const next = waiting.shift();
        const chosen = next?.choose();
        if (next && chosen) next.grant(chosen);
      },
    };
  }

  return {
    async lease(prompt, cacheKey, signal) {
      signal?.throwIfAborted();
      if (closed) throw disposedError();
      const found = choose(prompt, cacheKey);
      if (found) return take(found, prompt, cacheKey);
      return new Promise<Lease>((resolve, reject) => {
        const leave = () => signal?.removeEventListener("abort", onAbort);
        const entry = {
          choose: () => choose(prompt, cacheKey),
          grant(slot: Slot) {
            leave();
            resolve(take(slot, prompt, cacheKey));
          },
          refuse(error: unknown) {
            leave();
            reject(error);
          },
        };
        function onAbort(): void {
          waiting.splice(waiting.indexOf(entry), 1);
          entry.refuse(signal?.reason);
        }
        signal?.addEventListener("abort", onAbort, { once: true });
        waiting.push(entry);
      });
    },
    cacheKeys: () => slots.map(({ cacheKey }) => cacheKey),
    leaseIdle: () => slots.filter((slot) => slot.free).map((slot) => take(slot, [], slot.cacheKey)),
    close() {
      closed = true;
      for (const entry of waiting.splice(0)) entry.refuse(disposedError());
    },
  };
}

function reusableTokens(slot: Slot, prompt: readonly number[], cacheKey: string | undefined): number {
  if (slot.cacheKey !== cacheKey) return 0;
  const held = slot.sequence.tokens;
  // The last prompt token is always computed: sampling needs what comes out of it.
  const most = Math.min(held.length, prompt.length - 1);
  let length = 0;
  while (length < most && held[length] === prompt[length]) length += 1;
  return slot.sequence.appendOnly && length < held.length ? 0 : length;
}
