import { getLlama, type Token } from "node-llama-cpp";
import type { ReactNativeLibrary } from "../src/bindings/react-native.ts";

type Context = Awaited<ReturnType<ReactNativeLibrary["initLlama"]>>;

export interface Calls {
  prompts: string[];
  stopped: number;
  cleared: number;
  released: number;
  /** What came with each prompt that had images. */
  media: string[][];
  projectors: { path: string; use_gpu?: boolean }[];
}

/**
 * llama.rn's interface as far as the binding uses it, over the llama.cpp of this machine: prompts are text, and answers come as text. Images are a fake:
 * they are written down and nobody sees them, and a projector is one by its name.
 */
export function llamaRnHere(): { library: ReactNativeLibrary; calls: Calls } {
  const calls: Calls = { prompts: [], stopped: 0, cleared: 0, released: 0, media: [], projectors: [] };
  const library = {
    BuildInfo: { number: "1", commit: "" },
    toggleNativeLog: async () => {},
    addNativeLogListener: () => ({ remove: () => {} }),
    getBackendDevicesInfo: async () => [],
    async initLlama(params, onProgress) {
      const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, logger: () => {}, maxThreads: 0 });
      const model = await llama.loadModel({ modelPath: params.model, gpuLayers: 0 });
      onProgress?.(100);
      const context = await model.createContext({ contextSize: params.n_ctx ?? 512, threads: params.n_threads ?? 1 });
      const sequence = context.getSequence();
      let stops = false;
      const made = {
        gpu: false,
        model: { size: model.size },
        async initMultimodal(projector: { path: string; use_gpu?: boolean }) {
          calls.projectors.push(projector);
          return projector.path.includes("mmproj");
        },
        getMultimodalSupport: async () => ({ vision: !calls.projectors.at(-1)?.path.includes("audio"), audio: false }),
        async completion(
          { prompt = "", temperature = 0.8, seed = 1, media_paths }: Parameters<Context["completion"]>[0],
          callback?: Parameters<Context["completion"]>[1],
        ) {
          calls.prompts.push(prompt);
          if (media_paths) calls.media.push([media_paths].flat());
          stops = false;
          await sequence.clearHistory();
          const said: Token[] = [];
          for await (const token of sequence.evaluate(model.tokenize(prompt, true), { temperature, seed, yieldEogToken: true })) {
            if (stops || model.isEogToken(token)) break;
            callback?.({ token: model.detokenize([token], true, said) });
            said.push(token);
          }
          return { stopped_eos: !stops };
        },
        async stopCompletion() {
          calls.stopped += 1;
          stops = true;
        },
        async clearCache() {
          calls.cleared += 1;
        },
        async release() {
          calls.released += 1;
          await model.dispose();
        },
      } as unknown as Pick<Context, "gpu" | "completion" | "initMultimodal" | "getMultimodalSupport" | "stopCompletion" | "clearCache" | "release">;
      return made as Context;
    },
  } satisfies ReactNativeLibrary;
  return { library, calls };
}
