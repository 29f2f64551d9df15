import type { LogitsModel } from "@tenfold/generation/loop";
import type { NativeModel } from "./binding.ts";

export interface SequenceParts {
  native: Pick<NativeModel, "forward" | "reset">;
  vocabularySize: number;
  contextSize: number;
}

/** web-llm's only sequence: its cache grows, or is emptied. */
export function createSequence({ native, vocabularySize, contextSize }: SequenceParts): LogitsModel {
  let held = 0;

  async function add(tokens: readonly number[], signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted();
    try {
      const logits = await native.forward(tokens);
      held += tokens.length;
      signal?.throwIfAborted();
      return logits.length === vocabularySize ? logits : logits.slice(0, vocabularySize);
    } catch (error) {
      // Nobody knows how many of the tokens have reached the cache.
      held = 0;
      await native.reset().catch(() => {});
      throw error;
    }
  }

  return {
    vocabularySize,
    contextSize,
    keepsLastLogits: true,
    async forward(tokens, { logits, signal }) {
      if (logits !== "all") {
        const last = await add([...tokens], signal);
        return logits === "last" ? last : new Float32Array(0);
      }
      const rows = new Float32Array(tokens.length * vocabularySize);
      for (const [index, token] of tokens.entries()) rows.set(await add([token], signal), index * vocabularySize);
      return rows;
    },
    async truncate(length) {
      if (length >= held) return held;
      await native.reset();
      held = 0;
      return 0;
    },
    dispose: async () => {},
  };
}
