import type { LoadedModel } from "../contract/loaded-model.ts";
import { type Log, silentLog } from "../contract/log.ts";
import type { DeviceEvent, DeviceProbe } from "../platform/hardware.ts";
import type { Clock } from "../platform/platform.ts";
import { createAdmission } from "./admission.ts";
import { byEviction, isEvictable } from "./eviction.ts";
import { createMemoryLedger } from "./memory-ledger.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { LoadFollower, PoolCandidate } from "./pool-candidate.ts";
import { createPoolEntry, type PoolEntry, type Use, type UseTicket } from "./pool-entry.ts";

export interface PoolOptions {
  clock: Pick<Clock, "sleep">;
  device?: DeviceProbe | undefined;
  /** The most that all models may take together, in bytes. Absent: what the device has. */
  limitBytes?: number | undefined;
  /** Left for everybody else of what is available, in bytes. Default 256 MiB, on small devices a quarter of what there is. */
  marginBytes?: number | undefined;
  /** A model unused for so long is unloaded; its next use loads it again. Absent: it stays until memory is needed or nobody holds it. */
  idleTimeoutMs?: number | undefined;
  log?: Log | undefined;
}

/** A model in memory, or on its way. */
export interface PooledModel {
  model: string;
  variant: string;
  framework: string;
  state: "loading" | "ready" | "unloading";
  /** Set aside for it. */
  bytes: number;
  /** Handles on it. */
  holders: number;
  /** Answers under way. */
  running: number;
  /** Requests that wait for their turn. */
  waiting: number;
}

/** A caller's share of a model. The model may leave memory meanwhile: its next use brings it back. */
export interface Hold {
  readonly facts: ModelFacts;
  /** Undefined while the model is not in memory. */
  readonly loaded: LoadedModel | undefined;
  use(ticket: Omit<UseTicket, "caller">): Promise<Use>;
  /** Says that a model is gone, so that the next use loads it anew. */
  discard(loaded: LoadedModel, error: unknown): void;
  /** Unloads when nobody else holds it and there is no idle time-out to wait for. Safe to call twice. */
  release(): Promise<void>;
}

export interface Pool {
  /** Loads, or shares what is loaded. Rejects with the signal's reason, which ends nobody else's load. */
  hold(candidate: PoolCandidate, follower: LoadFollower, signal?: AbortSignal): Promise<Hold>;
  list(): PooledModel[];
  /** Frees a model's memory whoever holds it; answers under way end with `disposed`, the next use loads it again. */
  unload(model: string, variant?: string): Promise<void>;
  /** What memory pressure does: caches go first, then models that nobody uses. Resolves when that is done. */
  relieve(level: "warning" | "critical"): Promise<void>;
  readonly memory: { readonly capacityBytes: number; readonly reservedBytes: number };
}

/** Models in memory, shared by all who use them, within what memory there is. */
export function createPool({ clock, device, limitBytes, marginBytes, idleTimeoutMs, log = silentLog }: PoolOptions): Pool {
  const entries = new Map<string, PoolEntry>();
  const present = () => [...entries.values()].filter(({ isPresent }) => isPresent);
  const ledger = createMemoryLedger({ ...(marginBytes === undefined ? {} : { marginBytes }), ...(limitBytes === undefined ? {} : { limitBytes }) });
  const admission = createAdmission({ ledger, occupants: present, read, reopened: wakeAll });
  let wake: (() => void)[] = [];
  let uses = 0;

  async function read(): Promise<void> {
    try {
      const state = await device?.state();
      if (state?.availableMemoryBytes !== undefined) ledger.observe(state.availableMemoryBytes);
    } catch (error) {
      log("warning", `The device does not say how much memory it has: ${String(error)}`);
    }
  }

  function changed(): void {
    for (const [key, entry] of entries) if (!entry.isPresent && !entry.isLoading && !entry.held && !entry.busy) entries.delete(key);
    admission.settle();
    wakeAll();
  }

  function wakeAll(): void {
    const woken = wake;
    wake = [];
    for (const one of woken) one();
  }

  function nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal?.reason);
      signal?.addEventListener("abort", leave, { once: true });
      wake.push(() => {
        signal?.removeEventListener("abort", leave);
        resolve();
      });
    });
  }

  function entryOf(candidate: PoolCandidate): PoolEntry {
    const found = entries.get(candidate.key);
    if (found) return found;
    const tick = () => {
      uses += 1;
      return uses;
    };
    const entry = createPoolEntry(candidate, { admission, clock, log, idleTimeoutMs, tick, changed, nextChange });
    entries.set(candidate.key, entry);
    return entry;
  }

  /** Unloads idle models, one after the other, as long as there is a reason to. */
  async function unloadIdle(which: (entry: PoolEntry) => boolean): Promise<void> {
    const going = present().filter(isEvictable).sort(byEviction);
    for (const entry of going) if (isEvictable(entry) && which(entry)) await entry.unload().catch(() => {});
  }

  async function relieve(level: "warning" | "critical"): Promise<void> {
    const trimmed = present().map(({ loaded }) => loaded?.trim?.());
    for (const { reason } of (await Promise.allSettled(trimmed)).filter((one) => one.status === "rejected"))
      log("warning", `A model could not drop its caches: ${String(reason)}`);
    await read();
    await unloadIdle((entry) => level === "critical" || !entry.held || ledger.freeBytes < 0);
  }

  device?.observe?.((event: DeviceEvent) => {
    if (event.type === "memory-pressure") void relieve(event.level);
    else if (event.state.availableMemoryBytes !== undefined) {
      ledger.observe(event.state.availableMemoryBytes);
      void unloadIdle(() => ledger.freeBytes < 0).then(changed);
    }
  });

  return {
    async hold(candidate, follower, signal) {
      const entry = entryOf(candidate);
      entry.follow(follower, { pinned: candidate.pinned ?? false });
      let released: Promise<void> | undefined;
      async function leave(): Promise<void> {
        try {
          await entry.leave(follower);
        } finally {
          changed();
        }
      }
      try {
        await entry.ready({ signal, waitsForAnswers: false });
      } catch (error) {
        await leave();
        throw error;
      }
      return {
        get facts() {
          if (!entry.facts) throw new Error("A model that was never loaded is held.");
          return entry.facts;
        },
        get loaded() {
          return entry.loaded;
        },
        use: (ticket) => entry.use({ ...ticket, caller: follower }),
        discard: entry.discard,
        release() {
          released ??= leave();
          return released;
        },
      };
    },
    list: () =>
      present().map((entry) => ({
        model: entry.candidate.model,
        variant: entry.candidate.variant,
        framework: entry.candidate.framework,
        state: entry.state,
        bytes: entry.bytes,
        holders: entry.holders,
        running: entry.running,
        waiting: entry.waiting,
      })),
    async unload(model, variant) {
      const named = [...entries.values()].filter(({ candidate }) => candidate.model === model && (variant === undefined || candidate.variant === variant));
      await Promise.all(named.map((entry) => entry.end()));
    },
    relieve,
    memory: ledger,
  };
}
