import type { Adapter } from "@tenfold/core";
import { createChatModel } from "@tenfold/generation/model";
import { throughChannel } from "@tenfold/host";
import { createTokenizer } from "@tenfold/tokenizers";
import { createLlama } from "../../../generation/test/llama.ts";

/** A model that is loaded with it breaks soon. */
export const breakingContextSize = 300;

/** The tiny model, computed in TypeScript: it keeps the thread it runs on, as WebAssembly does. */
export function llamaAdapter(): Adapter {
  return {
    framework: "typescript",
    formats: ["safetensors"],
    probe: async () => ({ available: true, frameworkVersion: "1", accelerators: ["cpu"] }),
    async load(model, _context, { contextSize = 512, isolation }) {
      const read = async (name: string) => {
        const file = model.files.find(({ path }) => path === name);
        if (!file) throw new Error(`The model has no ${name}.`);
        return file.read();
      };
      const config = JSON.parse(new TextDecoder().decode(await read("config.json")));
      const sequence = createLlama(config, await read("model.safetensors"), { contextSize });
      const loaded = createChatModel({
        sequences: [sequence],
        tokenizer: await createTokenizer(model.files),
        endTokens: [2],
        framework: "typescript",
        accelerator: "cpu",
        prefillTokens: 256,
        memory: () => ({ weightsBytes: 1, kvCacheBytes: 1, computeBytes: 1 }),
        release: async () => {},
        now: () => performance.now(),
        random: Math.random,
      });
      // What a bug in native code does: nobody catches it.
      if (contextSize === breakingContextSize) setTimeout(() => Promise.reject(new Error("unreachable executed")));
      return isolation === "host" ? loaded : throughChannel(loaded);
    },
  };
}
