import type { ReferencePrompt } from "@tenfold/adapter-testkit";
import type { Binding } from "../src/binding.ts";

/**
 * Stands where web-llm would, for no compiled library comes with this package: its model knows the tiny model's answers by heart, and nothing
 * else. Everything above the native calls is the adapter's own.
 */
export function modelByHeart(prompts: readonly ReferencePrompt[], vocabularySize: number) {
  const calls = { forward: 0, reset: 0, disposed: 0, embedded: [] as number[][], overrides: {} as Readonly<Record<string, unknown>> };
  const known = prompts.map(({ promptTokens, outputTokens }) => [...promptTokens, ...outputTokens]);
  let fail: Error | undefined;
  const binding: Binding = {
    async open() {
      return {
        ...{ version: "0.2.86", libraryVersion: "v0_2_86/base", notes: [], accelerators: ["webgpu"], features: new Set<string>() },
        async load({ files, overrides, onProgress }) {
          calls.overrides = overrides;
          for (const read of files.values()) await read();
          onProgress("weights", 1);
          onProgress("kernels", 1);
          let held: number[] = [];
          return {
            async forward(tokens) {
              if (fail) throw fail;
              calls.forward += 1;
              held.push(...tokens);
              const next = known.find((one) => one.length > held.length && held.every((token, index) => one[index] === token))?.[held.length];
              const logits = new Float32Array(vocabularySize);
              if (next !== undefined) logits[next] = 20;
              return logits;
            },
            async reset() {
              calls.reset += 1;
              held = [];
            },
            async embed(tokens) {
              calls.embedded.push([...tokens]);
              return Float32Array.of(3, 4);
            },
            async dispose() {
              calls.disposed += 1;
            },
          };
        },
      };
    },
    readLibrary: async () => {
      throw new Error("Nothing lies elsewhere.");
    },
  };
  return {
    binding,
    calls,
    failWith(error: Error) {
      fail = error;
    },
  };
}
