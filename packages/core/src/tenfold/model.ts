import { type FrameworkId, TenfoldError, type Variant } from "@tenfold/catalog";
import type { GenerateEvent, Warning } from "../contract/events.ts";
import type { ModelMetadata } from "../contract/installed-model.ts";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { GenerateRequest } from "../contract/request.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Hold, Pool } from "../pool/pool.ts";
import type { Use } from "../pool/pool-entry.ts";
import type { Candidate } from "./candidates.ts";
import { collectText, type GeneratedText } from "./collect-text.ts";
import { describeFailover, type Failover, mayGoElsewhere } from "./failover.ts";
import { followLifecycle } from "./follow-lifecycle.ts";

/**
 * A loaded model as applications see it: what the adapter gave, with what can be derived from it. Others may share it, and it may leave
 * memory while nobody uses it: the next request brings it back. After a failover `framework`, `variant` and the rest are those of the
 * model that answers now.
 */
export interface Model extends Omit<LoadedModel, "trim"> {
  readonly id: string;
  readonly framework: FrameworkId;
  readonly variant: Variant;
  readonly metadata: ModelMetadata;
  readonly lifecycle: Pick<Lifecycle, "state" | "history" | "observe">;
  /** What was left on the way to the model that answers now, and why. */
  readonly failovers: readonly Failover[];
  /** `generate`, read to its end. */
  generateText(request: GenerateRequest): Promise<GeneratedText>;
}

/** Where a handle stands: what it loads, and its share of it. */
export interface Seat {
  candidate: Candidate;
  hold: Hold;
}

export interface ModelParts {
  seat: Seat;
  /** What was tried before, none of it loaded. */
  failovers: readonly Failover[];
  /** What comes next when the seat fails. */
  candidates: AsyncIterator<Candidate, void>;
  pool: Pool;
  lifecycle: Lifecycle;
  /** Holds an answer to the pace that the device allows. */
  pace(events: AsyncIterable<GenerateEvent>, signal: AbortSignal): AsyncIterable<GenerateEvent>;
}

/** The first candidate that can be loaded. Rejects with the first failure when none can. */
export async function takeSeat(
  candidates: AsyncIterator<Candidate, void>,
  pool: Pool,
  follow: () => ReturnType<typeof followLifecycle>,
  signal?: AbortSignal,
): Promise<{ seat: Seat; failovers: Failover[] }> {
  const failovers: Failover[] = [];
  for (;;) {
    const next = await candidates.next().catch((error: unknown) => {
      // What failed first says more than what cannot even be tried.
      throw failovers[0]?.error ?? error;
    });
    if (next.done) throw failovers[0]?.error ?? new TenfoldError("no-adapter", "There is nothing else to load.");
    const candidate = next.value;
    try {
      return { seat: { candidate, hold: await pool.hold(candidate, follow(), signal) }, failovers };
    } catch (error) {
      if (signal?.aborted || !mayGoElsewhere(error)) throw error;
      failovers.push({ framework: candidate.framework, variant: candidate.variant, error });
    }
  }
}

export function createModel({ seat, failovers: before, candidates, pool, lifecycle, pace }: ModelParts): Model {
  const ended = new AbortController();
  const failovers = [...before];
  /** Those that no answer has spoken of yet. */
  let untold = [...before];
  let running = 0;
  let moving: Promise<boolean> | undefined;
  let disposed: Promise<void> | undefined;

  const facts = () => seat.hold.facts;
  const signalFor = (signal: AbortSignal | undefined) => (signal ? AbortSignal.any([signal, ended.signal]) : ended.signal);

  function tell(): Warning[] {
    const told = untold.map((failover): Warning => ({ kind: "other", message: describeFailover(seat.candidate.model, failover) }));
    untold = [];
    return told;
  }

  /** Several answers may find at once that their model failed; they move together. @returns whether there is a model to go on with. */
  function moveOn(from: Seat, error: unknown): Promise<boolean> {
    if (seat !== from) return Promise.resolve(true);
    moving ??= moveFrom(from, error).finally(() => {
      moving = undefined;
    });
    return moving;
  }
  async function moveFrom(from: Seat, error: unknown): Promise<boolean> {
    try {
      const next = await takeSeat(candidates, pool, () => followLifecycle(lifecycle), ended.signal);
      const left = [{ framework: from.candidate.framework, variant: from.candidate.variant, error }, ...next.failovers];
      failovers.push(...left);
      untold.push(...left);
      seat = next.seat;
    } catch {
      // What failed first says more than what could not replace it.
      return false;
    }
    await from.hold.release().catch(() => {});
    return true;
  }

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
    const signal = signalFor(request.signal);
    let started = false;
    let said = false;
    for (;;) {
      const here = seat;
      let use: Use | undefined;
      try {
        use = await here.hold.use({ takesTurn: true, priority: request.priority ?? 0, signal });
        running += 1;
        if (running === 1 && lifecycle.state === "ready") lifecycle.transition("executing");
        for await (const event of pace(use.loaded.generate({ ...request, signal }), signal)) {
          if (event.type !== "start") {
            said ||= event.type !== "limit";
            yield event;
          } else if (!started) {
            started = true;
            yield { ...event, warnings: [...tell(), ...event.warnings] };
          } else {
            const reason = tell()
              .map(({ message }) => message)
              .join(" ");
            const { framework, variant } = seat.candidate;
            yield { type: "failover", framework, variant, accelerator: event.accelerator, warnings: event.warnings, reason };
          }
        }
        return;
      } catch (error) {
        // Answers that run beside this one go on, unless the model itself is gone.
        if (use && TenfoldError.is(error, "crashed")) here.hold.discard(use.loaded, error);
        // Text that was read cannot be taken back, and another model would not have said it.
        if (said || signal.aborted || !mayGoElsewhere(error) || !(await moveOn(here, error))) throw error;
      } finally {
        if (use) running -= 1;
        if (running === 0 && lifecycle.state === "executing") lifecycle.transition("ready");
        use?.release();
      }
    }
  }

  /** Something that needs the model in memory. */
  async function withModel<Result>(takesTurn: boolean, signal: AbortSignal | undefined, work: (loaded: LoadedModel) => Promise<Result>): Promise<Result> {
    const use = await seat.hold.use({ takesTurn, priority: 0, signal: signalFor(signal) });
    try {
      return await work(use.loaded);
    } catch (error) {
      if (TenfoldError.is(error, "crashed")) seat.hold.discard(use.loaded, error);
      throw error;
    } finally {
      use.release();
    }
  }

  const offered = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new TenfoldError("unsupported-request", `This model does not offer ${what}.`);
    return value;
  };

  async function leave(): Promise<void> {
    ended.abort(new TenfoldError("disposed", "The model was disposed."));
    await moving;
    await seat.hold.release();
    if (lifecycle.state === "executing") lifecycle.transition("ready");
    if (lifecycle.state === "ready" || lifecycle.state === "error") lifecycle.transition("cleanup");
    if (lifecycle.state === "cleanup") lifecycle.transition("validated");
  }

  const tokenizer: NonNullable<LoadedModel["tokenizer"]> = {
    get vocabularySize() {
      return facts().vocabularySize ?? 0;
    },
    encode: (text, options) => withModel(false, undefined, async (loaded) => offered(loaded.tokenizer, "a tokenizer").encode(text, options)),
    decode: (tokens, options) => withModel(false, undefined, async (loaded) => offered(loaded.tokenizer, "a tokenizer").decode(tokens, options)),
  };

  return {
    get id() {
      return seat.candidate.installed.id;
    },
    get framework() {
      return seat.candidate.framework;
    },
    get variant() {
      return seat.candidate.installed.variant;
    },
    get metadata() {
      return seat.candidate.installed.metadata;
    },
    lifecycle,
    failovers,
    get capabilities() {
      return facts().capabilities;
    },
    get contextSize() {
      return facts().contextSize;
    },
    ...(facts().vocabularySize === undefined ? {} : { tokenizer }),
    ...(facts().embeds
      ? {
          embed: (texts, options) =>
            withModel(true, options?.signal, async (loaded) => offered(loaded.embed, "embeddings").call(loaded, texts, { ...options })),
        }
      : {}),
    ...(facts().reranks
      ? {
          rerank: (query, documents, options) =>
            withModel(true, options?.signal, async (loaded) => offered(loaded.rerank, "ranking").call(loaded, query, documents, { ...options })),
        }
      : {}),
    generate,
    generateText: (request) => collectText(generate(request)),
    countTokens: (input) => withModel(false, undefined, (loaded) => loaded.countTokens(input)),
    memory: () => seat.hold.loaded?.memory() ?? { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 },
    dispose() {
      disposed ??= leave();
      return disposed;
    },
  };
}
