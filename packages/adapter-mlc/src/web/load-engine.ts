import type { NativeLoadOptions, NativeModel } from "../binding.ts";
import { serveFiles } from "./serve-files.ts";
import type { WebLlm, WebLlmEngine } from "./web-llm.ts";

const id = "model";
const libraryName = "model-library.wasm";

/** web-llm samples after every pass; what it chooses is not used, so nothing is left to chance or to the model's configuration. */
const plainSampling = { temperature: 1, top_p: 1, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 };

/** Loads a model into an engine of its own. Leaves none behind when it fails. */
export async function loadEngine(webLlm: WebLlm, options: NativeLoadOptions): Promise<NativeModel> {
  const { library, task, overrides, signal, onProgress } = options;
  const served = serveFiles({ files: new Map([...options.files, [libraryName, async () => library]]), signal });
  let logits: Float32Array | undefined;
  const engine = new webLlm.MLCEngine({
    appConfig: {
      cacheBackend: "cache",
      model_list: [
        {
          model_id: id,
          model: served.folder,
          model_lib: served.address(libraryName),
          model_type: task === "chat" ? webLlm.ModelType.LLM : webLlm.ModelType.embedding,
          overrides: { ...plainSampling, ...overrides },
        },
      ],
    },
    initProgressCallback: ({ progress, text }) => onProgress(/shader/i.test(text) ? "kernels" : "weights", progress),
    logitProcessorRegistry: new Map([
      [
        id,
        {
          processLogits(given) {
            logits = given;
            return given;
          },
          processSampledToken() {},
          resetState() {},
        },
      ],
    ]),
    // What it logs it also throws.
    logLevel: "SILENT",
  });
  try {
    signal?.throwIfAborted();
    await engine.reload(id);
    signal?.throwIfAborted();
    if (served.failure !== undefined) throw served.failure;
  } catch (error) {
    await engine.unload().catch(() => {});
    signal?.throwIfAborted();
    throw served.failure ?? error;
  } finally {
    served.stop();
  }
  return {
    async forward(tokens) {
      logits = undefined;
      await engine.forwardTokensAndSample([...tokens], tokens.length > 1);
      if (!logits) throw new Error("web-llm gave no logits.");
      return logits;
    },
    reset: () => engine.resetChat(),
    embed: (tokens) => embed(engine, tokens),
    dispose: () => engine.unload(),
  };
}

/** One input for each call: libraries exist that do not mask what shorter ones are padded with. */
async function embed(engine: WebLlmEngine, tokens: readonly number[]): Promise<Float32Array> {
  const { data } = await engine.embeddings.create({ input: [...tokens] });
  return Float32Array.from(data[0]?.embedding ?? []);
}
