/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { Binding, CreateOptions, PicoImage, PicoModel } from "../binding.ts";
import { framework } from "../errors.ts";
import { undecodable, withoutAlpha } from "../image.ts";

type PicoWeb = typeof import("@picovoice/picollm-web");
type PicoWorker = Awaited<ReturnType<PicoWeb["PicoLLMWorker"]["create"]>>;

/** Listing them starts WebAssembly and its threads, which the package does not end: once for each page. */
let listed: Promise<string[]> | undefined;

/** picoLLM compiled to WebAssembly, through @picovoice/picollm-web, which is imported on first use and computes in a worker of its own. */
export function createBrowserBinding(): Binding {
  return {
    opensBytes: true,
    async open() {
      checkPage();
      await checkWorkers();
      const library = await import("@picovoice/picollm-web");
      listed ??= library.PicoLLM.listAvailableDevices();
      return {
        through: "@picovoice/picollm-web",
        // The package does not say; this is the range that Tenfold is made for.
        version: "2.1",
        devices: await listed,
        cores: navigator.hardwareConcurrency,
        gpu: "webgpu",
        errors: library.PicoLLMErrors,
        create: (options) => create(library, options),
        decodeImage,
      };
    },
  };
}

function checkPage(): void {
  if (typeof Worker === "undefined" || typeof indexedDB === "undefined") {
    throw new TenfoldError("framework-unavailable", "@picovoice/picollm-web runs in browsers, and this is none.", {
      framework,
      remedy: "In Node take the entry for it: let @tenfold/adapter-picollm be resolved with the condition `node`.",
    });
  }
  if (!globalThis.crossOriginIsolated) {
    throw new TenfoldError("framework-unavailable", "picoLLM needs threads, and the page is not cross-origin isolated.", {
      framework,
      remedy: "Send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp` with the page.",
    });
  }
}

/** picoLLM waits for ever for workers that a policy forbids. */
async function checkWorkers(): Promise<void> {
  const address = URL.createObjectURL(new Blob(["postMessage(0)"], { type: "text/javascript" }));
  try {
    await new Promise<void>((resolve, reject) => {
      const worker = new Worker(address);
      worker.onmessage = () => {
        worker.terminate();
        resolve();
      };
      worker.onerror = reject;
    });
  } catch (error) {
    throw new TenfoldError("framework-unavailable", "picoLLM computes in workers, and the page's policy forbids them.", {
      framework,
      cause: error,
      remedy: "Allow them: Content-Security-Policy: worker-src blob:; script-src 'self' blob: 'wasm-unsafe-eval'.",
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The package opens models from a copy that it keeps in IndexedDB; the same bytes are copied once. */
async function create({ PicoLLMWorker }: PicoWeb, { accessKey, file, device, contextCaching, signal }: CreateOptions): Promise<PicoModel> {
  const blob = file.blob ? await file.blob() : new Blob([(await file.read()) as Uint8Array<ArrayBuffer>]);
  const creating = PicoLLMWorker.create(
    accessKey,
    { modelFile: blob, cacheFilePath: `tenfold-${file.sha256 ?? "unverified"}`, cacheFileOverwrite: file.sha256 === undefined },
    { device, enableContextCaching: contextCaching },
  );
  return createWorkerModel(await abortable(creating, signal));
}

/** Nobody tells of a worker that does not start: whoever waits must be able to give up. */
function abortable(creating: Promise<PicoWorker>, signal: AbortSignal | undefined): Promise<PicoWorker> {
  if (!signal) return creating;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      creating.then(({ worker }) => worker.terminate()).catch(() => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    creating.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A model that the vendor's worker has loaded. */
export function createWorkerModel(pico: PicoWorker): PicoModel {
  // The package listens for answers alone: what waits for a worker that broke down would wait for ever.
  const brokeDown = new Promise<never>((_, reject) => {
    pico.worker.addEventListener("error", ({ message }) => reject(new TenfoldError("crashed", `picoLLM's worker broke down: ${message}`, { framework })));
  });
  brokeDown.catch(() => {});
  const or = <Result>(call: Promise<Result>) => Promise.race([call, brokeDown]);
  return {
    model: pico.model,
    contextLength: pico.contextLength,
    maxTopChoices: pico.maxTopChoices,
    generate: (prompt, options) => or(pico.generate(prompt, options)),
    generateWithImage: (prompt, image, options) => or(pico.generateWithImage(prompt, image, options)),
    generateOCR: (image, options) => or(pico.generateOCR(image, options)),
    generateEmbeddings: async (prompt) => Float32Array.from((await or(pico.generateEmbeddings(prompt))).embeddings),
    tokenize: (text, bos, eos) => or(pico.tokenize(text, bos, eos)),
    reset: () => or(pico.reset()),
    interrupt: () => pico.interrupt(),
    getDialog: (mode, history, system) => pico.getDialog(mode, history, system),
    // All of its memory is the worker's, and `release` waits for an answer of a worker that has closed itself.
    release: () => pico.worker.terminate(),
  };
}

async function decodeImage(bytes: Uint8Array, mediaType: string): Promise<PicoImage> {
  try {
    const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (!context) throw new Error("There is no canvas.");
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return { width, height, data: withoutAlpha(context.getImageData(0, 0, width, height).data) };
  } catch (error) {
    throw undecodable(mediaType, error);
  }
}
