import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel, MemoryUse } from "@tenfold/core";
import type { LogitsHello } from "./messages.ts";
import type { Port } from "./port.ts";
import { type Channel, useChannel } from "./use-channel.ts";

/** The sequences of a model that only computes logits, and what they share. */
export interface LogitsSequences {
  readonly sequences: readonly [LogitsModel, ...LogitsModel[]];
  memory(): MemoryUse;
  /** Frees all of it. Safe to call twice. */
  dispose(): Promise<void>;
}

/**
 * Uses the logits that are computed on the other end of a port, as if they were computed here. A row comes as a copy.
 * @throws TenfoldError `crashed` when the port closes first, or the other side speaks another version or has another role.
 */
export async function connectLogits(port: Port): Promise<LogitsSequences> {
  const channel = await useChannel(port, "logits");
  const [first, ...others] = Array.from({ length: channel.hello.sequences }, (_, sequence) => connectSequence(channel, sequence));
  return { sequences: [first as LogitsModel, ...others], memory: () => channel.memory, dispose: channel.dispose };
}

function connectSequence(channel: Channel<LogitsHello>, sequence: number): LogitsModel {
  const { vocabularySize, contextSize, forks, keepsLastLogits } = channel.hello;
  let released: Promise<void> | undefined;

  const call: typeof channel.call = async (name, callArguments, signal) => {
    if (released) throw new TenfoldError("disposed", "The sequence was disposed.");
    return channel.call(name, callArguments, signal);
  };

  return {
    vocabularySize,
    contextSize,
    ...(keepsLastLogits ? { keepsLastLogits } : {}),
    async forward(tokens, { logits, signal }) {
      const rows = await call("forward", { sequence, tokens, logits }, signal);
      const expected = vocabularySize * (logits === "none" ? 0 : logits === "last" ? Math.min(1, tokens.length) : tokens.length);
      return rows.length === expected ? rows : channel.refuse(`The other side sent ${rows.length} logits; ${expected} were expected.`);
    },
    async truncate(length) {
      const kept = await call("truncate", { sequence, length });
      return kept <= length ? kept : channel.refuse(`The other side kept ${kept} tokens; ${length} were allowed.`);
    },
    ...(forks ? { fork: async () => connectSequence(channel, await call("fork", { sequence })) } : {}),
    dispose() {
      released ??= release();
      return released;
    },
  };

  async function release(): Promise<void> {
    try {
      await channel.call("release", { sequence });
    } catch (error) {
      // What a process had that is gone is freed, and what a model had that is disposed.
      if (!channel.over && !TenfoldError.is(error, "disposed")) throw error;
    }
  }
}
