import { TenfoldError } from "@tenfold/catalog";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { Log } from "../contract/log.ts";
import type { Clock } from "../platform/platform.ts";
import type { Admission, AdmissionRequest } from "./admission.ts";
import type { Occupant } from "./eviction.ts";
import { createIdleWatch } from "./idle-watch.ts";
import { createLoadFollowers } from "./load-followers.ts";
import type { Reservation } from "./memory-ledger.ts";
import { factsOf, type ModelFacts } from "./model-facts.ts";
import { bytesInUse, type LoadFollower, type PoolCandidate } from "./pool-candidate.ts";
import { createRequestQueue, type QueueTicket } from "./request-queue.ts";
import { createSharedLoad, type SharedLoad } from "./shared-load.ts";

/** A request's stay on a loaded model. */
export interface Use {
  readonly loaded: LoadedModel;
  release(): void;
}

export interface UseTicket extends QueueTicket {
  /** False for what needs the model and no turn of its own, as counting tokens does. */
  takesTurn: boolean;
}

/** One candidate, in memory or not, with everybody who uses it. */
export interface PoolEntry extends Occupant {
  readonly candidate: PoolCandidate;
  readonly facts: ModelFacts | undefined;
  readonly loaded: LoadedModel | undefined;
  readonly isPresent: boolean;
  readonly isReady: boolean;
  readonly isLoading: boolean;
  readonly running: number;
  readonly waiting: number;
  readonly holders: number;
  /** Loads it unless it is loaded; several callers share one load, which ends when none of them waits any more. */
  ready(options: { signal?: AbortSignal | undefined; waitsForAnswers: boolean }): Promise<LoadedModel>;
  use(ticket: UseTicket): Promise<Use>;
  follow(follower: LoadFollower, options: { pinned: boolean }): void;
  /** A follower that left is told nothing more. What keeps a model that nobody holds is the idle time-out alone. */
  leave(follower: LoadFollower): Promise<void>;
  /** The model is gone: whoever comes next loads it anew. */
  discard(loaded: LoadedModel, error: unknown): void;
  /** Ends a load under way, or unloads, whoever uses it. */
  end(): Promise<void>;
}

export interface EntrySurroundings {
  admission: Admission;
  clock: Pick<Clock, "sleep">;
  log: Log;
  idleTimeoutMs: number | undefined;
  /** For the order of uses. */
  tick(): number;
  changed(): void;
  /** Waits for the next change of anything in the pool. */
  nextChange(signal: AbortSignal | undefined): Promise<void>;
}

export function createPoolEntry(candidate: PoolCandidate, around: EntrySurroundings): PoolEntry {
  const { admission, clock, log, idleTimeoutMs, tick, changed, nextChange } = around;
  const name = `${candidate.model}:${candidate.variant}`;
  const followers = createLoadFollowers();
  const queue = createRequestQueue(1);
  let state: "absent" | "loading" | "ready" | "unloading" = "absent";
  let loaded: LoadedModel | undefined;
  let facts: ModelFacts | undefined;
  let reservation: Reservation | undefined;
  let loading: SharedLoad<LoadedModel> | undefined;
  let unloading: Promise<void> | undefined;
  let requests = 0;
  let lastUse = 0;

  const idle = createIdleWatch(clock, idleTimeoutMs, () => {
    if (state === "ready" && requests === 0 && !entry.pinned) unload().catch(() => {});
  });

  async function load({ signal, waitsForAnswers }: { signal: AbortSignal; waitsForAnswers(): boolean }): Promise<LoadedModel> {
    let fresh: LoadedModel | undefined;
    try {
      const estimate = await candidate.estimate();
      signal.throwIfAborted();
      const request: AdmissionRequest = {
        name,
        framework: candidate.framework,
        estimate,
        contextSize: candidate.contextSize,
        memoryLimitBytes: candidate.memoryLimitBytes,
        waitsForAnswers,
        signal,
      };
      await admission.admit(request, (taken) => {
        reservation = taken;
      });
      signal.throwIfAborted();
      const follow: LoadFollower = { state: followers.state, progress: followers.progress, failed: () => {} };
      fresh = await candidate.load({ follow, signal, memoryLimitBytes: candidate.memoryLimitBytes });
      signal.throwIfAborted();
      if (reservation) await admission.correct(reservation, Math.max(estimate.steadyBytes, bytesInUse(fresh)), request);
      signal.throwIfAborted();
    } catch (error) {
      await fresh?.dispose().catch((failure: unknown) => log("warning", `${name} could not be unloaded: ${String(failure)}`));
      leaveMemory();
      loading = undefined;
      followers.failed(error);
      changed();
      throw error;
    }
    loaded = fresh;
    facts = factsOf(fresh);
    queue.resize(Math.max(1, fresh.capabilities.parallel));
    state = "ready";
    loading = undefined;
    lastUse = tick();
    followers.state("ready");
    watchIdle();
    changed();
    return fresh;
  }

  function leaveMemory(): void {
    reservation?.release();
    reservation = undefined;
    // Nothing is left that could make room.
    entry.draining = false;
    loaded = undefined;
    unloading = undefined;
    state = "absent";
  }

  const ready: PoolEntry["ready"] = async ({ signal, waitsForAnswers }) => {
    for (;;) {
      signal?.throwIfAborted();
      if (state === "ready" && loaded) return loaded;
      if (state === "unloading") {
        await unloading?.catch(() => {});
        continue;
      }
      if (loading?.isEnded) {
        await loading.result.catch(() => {});
        continue;
      }
      if (!loading) {
        state = "loading";
        loading = createSharedLoad(load);
      }
      loading.waitsForAnswers ||= waitsForAnswers;
      return await loading.join(signal);
    }
  };

  async function use({ takesTurn, ...ticket }: UseTicket): Promise<Use> {
    const { signal } = ticket;
    while (entry.draining) await nextChange(signal);
    idle.stop();
    requests += 1;
    try {
      for (;;) {
        const model = await ready({ signal, waitsForAnswers: true });
        const leave = takesTurn ? await queue.enter(ticket) : () => {};
        if (loaded !== model) {
          // It went while this request waited for its turn.
          leave();
          continue;
        }
        lastUse = tick();
        let released = false;
        return {
          loaded: model,
          release() {
            if (released) return;
            released = true;
            leave();
            endRequest();
          },
        };
      }
    } catch (error) {
      endRequest();
      throw error;
    }
  }

  function endRequest(): void {
    requests -= 1;
    lastUse = tick();
    watchIdle();
    changed();
  }

  function watchIdle(): void {
    if (requests === 0 && state === "ready") idle.restart();
    else idle.stop();
  }

  function unload(onFreed?: () => void): Promise<void> {
    if (state !== "ready" || !loaded) return unloading ?? Promise.resolve();
    return goAway(loaded, () => followers.state("validated"), onFreed);
  }

  function goAway(model: LoadedModel, after: () => void, onFreed?: () => void): Promise<void> {
    state = "unloading";
    idle.stop();
    unloading = (async () => {
      // Nobody hears of it while memory is being counted.
      await Promise.resolve();
      let failure: unknown;
      if (followers.hasHistory) followers.state("cleanup");
      await model.dispose().catch((error: unknown) => {
        failure = error;
        log("warning", `${name} could not be unloaded: ${String(error)}`);
      });
      leaveMemory();
      onFreed?.();
      after();
      changed();
      if (failure !== undefined) throw failure;
    })();
    unloading.catch(() => {});
    return unloading;
  }

  const entry: PoolEntry = {
    candidate,
    name,
    draining: false,
    get facts() {
      return facts;
    },
    get loaded() {
      return loaded;
    },
    get bytes() {
      return reservation?.bytes ?? 0;
    },
    get isPresent() {
      return reservation !== undefined;
    },
    get isReady() {
      return state === "ready";
    },
    get isLoading() {
      return state === "loading";
    },
    get state() {
      return state === "absent" ? "unloading" : state;
    },
    get busy() {
      return requests > 0;
    },
    get held() {
      return followers.count > 0;
    },
    get pinned() {
      return followers.pinned;
    },
    get holders() {
      return followers.count;
    },
    get running() {
      return queue.running;
    },
    get waiting() {
      return queue.waiting;
    },
    get lastUse() {
      return lastUse;
    },
    ready,
    use,
    follow: followers.add,
    async leave(follower) {
      followers.remove(follower);
      if (followers.count === 0 && idleTimeoutMs === undefined) await unload();
      else watchIdle();
    },
    unload,
    discard(model, error) {
      if (loaded !== model || state !== "ready") return;
      followers.failed(error);
      goAway(model, () => {}).catch(() => {});
    },
    async end() {
      if (loading) {
        loading.end(new TenfoldError("disposed", `${name} was unloaded before it was loaded.`));
        await loading.result.catch(() => {});
      }
      await unload();
    },
  };
  return entry;
}
