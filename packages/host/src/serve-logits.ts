import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel } from "@tenfold/core";
import type { LogitsSequences } from "./connect-logits.ts";
import type { Port } from "./port.ts";
import { type Served, serveRequests, unsupported } from "./serve-requests.ts";

/** Offers what computes logits on a port. The other end is {@link connectLogits}. */
export function serveLogits({ sequences: given, memory, dispose }: LogitsSequences, port: Port): void {
  const sequences = new Map<number, LogitsModel>(given.entries());
  let lastSequence = given.length - 1;
  /** What is being done with a sequence: its calls never overlap, and one that nobody waits for any more may still run. */
  const busy = new Map<number, Promise<unknown>>();

  async function inTurn<Result>(number: number, work: (sequence: LogitsModel) => Promise<Result>): Promise<Result> {
    const before = busy.get(number);
    const turn = (async () => {
      await before?.catch(() => {});
      const sequence = sequences.get(number);
      if (!sequence) throw new TenfoldError("invalid-input", `There is no sequence ${number}.`);
      return work(sequence);
    })();
    busy.set(number, turn);
    return turn.finally(() => busy.get(number) === turn && busy.delete(number));
  }

  const call: Served["call"] = (request, signal) => {
    switch (request.name) {
      case "forward": {
        const { sequence, tokens, logits } = request.arguments;
        return inTurn(sequence, async (one) => {
          signal.throwIfAborted();
          return whole(await one.forward(tokens, { logits, signal }));
        });
      }
      case "truncate":
        return inTurn(request.arguments.sequence, (one) => one.truncate(request.arguments.length));
      case "fork":
        return inTurn(request.arguments.sequence, async (one) => {
          const fork = await (one.fork ?? unsupported("copies of sequences")).call(one);
          lastSequence += 1;
          sequences.set(lastSequence, fork);
          return lastSequence;
        });
      case "release":
        return inTurn(request.arguments.sequence, async (one) => {
          sequences.delete(request.arguments.sequence);
          await one.dispose();
          return null;
        });
      default:
        return Promise.reject(new TenfoldError("unsupported-request", "The other side computes logits and nothing else."));
    }
  };

  const [{ vocabularySize, contextSize, fork, keepsLastLogits }] = given;
  serveRequests(
    port,
    {
      role: "logits",
      vocabularySize,
      contextSize,
      sequences: given.length,
      forks: fork !== undefined,
      ...(keepsLastLogits ? { keepsLastLogits: true as const } : {}),
    },
    {
      memory,
      call,
      async dispose() {
        // Cancelled already: native code that still computes must not lose its memory.
        await Promise.allSettled(busy.values());
        for (const one of sequences.values()) await one.dispose();
        await dispose();
      },
    },
  );
}

/** A view is sent with all of what it is a view of. */
const whole = (rows: Float32Array) => (rows.byteLength === rows.buffer.byteLength ? rows : rows.slice());
