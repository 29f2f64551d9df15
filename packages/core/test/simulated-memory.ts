import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, LoadedModel } from "../src/contract/index.ts";
import type { LoadFollower, PoolCandidate } from "../src/pool/pool-candidate.ts";
import type { SimulatedClock } from "./simulated-device.ts";

export interface SimulatedModelOptions {
  name: string;
  peakBytes: number;
  steadyBytes: number;
  /** What it really takes once loaded; as estimated by default. */
  takesBytes?: number;
  parallel?: number;
  pinned?: boolean;
  memoryLimitBytes?: number;
  contextSize?: number;
  /** Why the next load fails, asked for at each. */
  failsToLoad?: () => Error | undefined;
  /** Why an answer fails, asked for at each token. */
  failsToAnswer?: () => Error | undefined;
  loadMs?: number;
}

/** Memory that models without weights take, and what is done to them that must not be. */
export interface SimulatedMemory {
  readonly usedBytes: number;
  readonly loads: readonly string[];
  readonly trims: readonly string[];
  /** Answers that were cut off by an unload that nobody asked for. */
  readonly violations: readonly string[];
  /** Unloading cuts answers off from now on because somebody asked for it. */
  allowForced: boolean;
  candidate(options: SimulatedModelOptions): PoolCandidate;
}

/** Models that take memory step by step while they load and say one word every 10 ms, by a simulated clock: no device here has so little memory. */
export function simulatedMemory(clock: SimulatedClock): SimulatedMemory {
  const loads: string[] = [];
  const trims: string[] = [];
  const violations: string[] = [];
  let usedBytes = 0;

  const memory = {
    get usedBytes() {
      return usedBytes;
    },
    loads,
    trims,
    violations,
    allowForced: false,
    candidate(options: SimulatedModelOptions): PoolCandidate {
      const { name, peakBytes, steadyBytes, takesBytes = steadyBytes, parallel = 1, failsToLoad, failsToAnswer, loadMs = 40 } = options;
      return {
        key: name,
        model: name,
        variant: "only",
        framework: "simulated",
        ...(options.pinned ? { pinned: true } : {}),
        ...(options.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: options.memoryLimitBytes }),
        ...(options.contextSize === undefined ? {} : { contextSize: options.contextSize }),
        estimate: async () => ({
          terms: [
            { name: "weights", bytes: steadyBytes / 2, how: "half" },
            { name: "kv-cache", bytes: steadyBytes / 2, how: "half" },
            { name: "load-spike", bytes: peakBytes - steadyBytes, how: "the rest" },
          ],
          steadyBytes,
          peakBytes,
        }),
        async load({ follow, signal }) {
          loads.push(name);
          let own = 0;
          const take = (bytes: number) => {
            usedBytes += bytes - own;
            own = bytes;
          };
          try {
            for (const state of ["initializing", "initialized", "loading"] as const) follow.state(state);
            for (let step = 1; step <= 4; step += 1) {
              await clock.sleep(loadMs / 4, signal);
              take((peakBytes * step) / 4);
            }
            const failure = failsToLoad?.();
            if (failure) throw failure;
          } catch (error) {
            take(0);
            throw error;
          }
          take(takesBytes);
          follow.state("loaded");
          return simulatedModel(() => take(0));
        },
      };

      function simulatedModel(free: () => void): LoadedModel {
        let running = 0;
        let disposed = false;
        const check = () => {
          if (disposed) throw new TenfoldError("disposed", "The model was disposed.");
        };
        return {
          capabilities: {
            chat: true,
            tools: false,
            jsonSchema: false,
            reasoning: false,
            embeddings: false,
            vision: false,
            logProbabilities: false,
            parallel,
            template: "tenfold",
          },
          contextSize: 64,
          async *generate({ signal, maxTokens = 5 }): AsyncGenerator<GenerateEvent> {
            check();
            running += 1;
            if (running > parallel) violations.push(`${name} answers ${running} at once`);
            try {
              yield { type: "start", accelerator: "cpu", warnings: [] };
              for (let token = 0; token < maxTokens; token += 1) {
                await clock.sleep(10, signal);
                check();
                const failure = failsToAnswer?.();
                if (failure) throw failure;
                yield { type: "text", text: "a " };
              }
              const timings = { timeToFirstTokenMs: 10, totalMs: 10, prefillTokensPerSecond: 1, decodeTokensPerSecond: 100 };
              yield { type: "finish", reason: "length", usage: { promptTokens: 1, cachedTokens: 0, completionTokens: maxTokens }, timings };
            } finally {
              running -= 1;
            }
          },
          countTokens: async () => ({ tokens: 1, exact: true }),
          memory: () => ({ weightsBytes: takesBytes, kvCacheBytes: 0, computeBytes: 0 }),
          trim: async () => void trims.push(name),
          async dispose() {
            if (disposed) return;
            disposed = true;
            if (running > 0 && !memory.allowForced) violations.push(`${name} was unloaded while it answered`);
            await clock.sleep(5);
            free();
          },
        };
      }
    },
  };
  return memory;
}

/** Follows a load and remembers what it heard. */
export function follower(): LoadFollower & { heard: string[] } {
  const heard: string[] = [];
  return { heard, state: (state) => void heard.push(state), progress: () => {}, failed: () => void heard.push("failed") };
}
