import type { Adapter } from "@tenfold/core";
import { createChatModel } from "@tenfold/generation/model";
import { throughChannel } from "@tenfold/host";
import { createTokenizer } from "@tenfold/tokenizers";
import { createLlama } from "../../../generation/test/llama.ts";

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
        sequences: [
          {
            ...sequence,
            async forward(tokens, options) {
              // What a bug in native code does: nobody catches it.
              if (tokens.length > 200) setTimeout(() => Promise.reject(new Error("unreachable executed")));
              return sequence.forward(tokens, options);
            },
          },
        ],
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
      return isolation === "host" ? loaded : throughChannel(loaded);
    },
  };
}
