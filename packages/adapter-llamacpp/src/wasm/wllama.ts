/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { LogLevel } from "@tenfold/core";
import type { WasmPaths } from "../factory-options.ts";
import type { Wllama, WllamaInfo, WllamaLibrary, WllamaSettings } from "./library.ts";

export interface OpenWllamaOptions {
  wasm: Partial<WasmPaths>;
  blobs: Blob[];
  settings: WllamaSettings;
  log: (level: LogLevel, message: string) => void;
  signal: AbortSignal | undefined;
}

export interface OpenWllama {
  readonly info: WllamaInfo;
  /** What llama.cpp wrote while it loaded. */
  readonly loadLog: readonly string[];
  /** One call into WebAssembly. Once llama.cpp has crashed every call rejects, with what it said last. */
  call<Result>(work: (wllama: Wllama) => Promise<Result>): Promise<Result>;
  /** Ends the worker, whatever it computes, and with it all memory. */
  close(): Promise<void>;
}

/** wllama keeps files in memory that 32 bits address, and reads them with 31. */
const fileLimitBytes = 2 ** 31 - 1;

/** Starts a worker with a model in it. Leaves none behind when it fails. */
export async function openWllama(library: WllamaLibrary, { wasm, blobs, settings, log, signal }: OpenWllamaOptions): Promise<OpenWllama> {
  if (blobs.some(({ size }) => size > fileLimitBytes)) {
    throw new TenfoldError("out-of-memory", "A file of the model is larger than 2 GiB, more than llama.cpp can open in a browser.", {
      framework: "llama.cpp",
      remedy: "Choose a smaller quantization, or a model that is split into files of less than 2 GiB.",
    });
  }
  const lines: string[] = [];
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => {});

  const say =
    (level: LogLevel) =>
    (...words: unknown[]) => {
      const message = words.map((word) => (typeof word === "string" ? word : "")).join(" ");
      if (lines.length < 1000) lines.push(message);
      log(level, message);
      // A worker that cannot start is told here and nowhere else.
      const [event] = words;
      if (typeof ErrorEvent !== "undefined" && event instanceof ErrorEvent) fail(new Error(`The worker failed: ${event.message}`));
    };
  // What llama.cpp calls information is hundreds of lines for each load.
  const wllama = new library.Wllama(pathsOf(wasm), { logger: { debug: say("debug"), log: say("debug"), warn: say("debug"), error: say("warning") } });

  /** wllama waits for the worker to end by itself, which one that computes, or has crashed, does not. */
  const close = async () => {
    (wllama as unknown as { proxy: { worker?: Worker } | null }).proxy?.worker?.terminate();
    fail(new Error("The model is disposed."));
  };
  const call = async <Result>(work: (open: Wllama) => Promise<Result>): Promise<Result> => {
    try {
      return await Promise.race([work(wllama), failed]);
    } catch (error) {
      const crash = crashOf(error, lines);
      if (crash) fail(crash);
      throw crash ?? error;
    }
  };
  const abort = () => fail(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    signal?.throwIfAborted();
    await call((open) => open.loadModel(blobs, settings));
    const info = wllama.getLoadedContextInfo();
    // Depending on the version, a model that failed to load is told here alone.
    if (info.success !== true) throw new Error("llama.cpp did not load the model.");
    return { info, loadLog: lines, call, close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    if (TenfoldError.is(error)) throw error;
    throw new TenfoldError("load-failed", `llama.cpp cannot load the model: ${lastWords(lines) || String(error)}`, {
      framework: "llama.cpp",
      cause: error,
    });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function pathsOf(wasm: Partial<WasmPaths>) {
  const singleThread = wasm.singleThread ?? new URL("@wllama/wllama/esm/single-thread/wllama.wasm", import.meta.url);
  const multiThread = wasm.multiThread ?? new URL("@wllama/wllama/esm/multi-thread/wllama.wasm", import.meta.url);
  return { "single-thread/wllama.wasm": String(singleThread), "multi-thread/wllama.wasm": String(multiThread) };
}

/** An error of WebAssembly itself, after which its memory is not to be trusted. */
function crashOf(error: unknown, lines: readonly string[]): TenfoldError | undefined {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const context = { framework: "llama.cpp", cause: error } as const;
  if (/fetching of the wasm failed|expected magic word|Failed to fetch/i.test(message)) {
    return new TenfoldError("framework-unavailable", "llama.cpp's WebAssembly could not be fetched.", {
      ...context,
      remedy: "Serve the two wllama.wasm files of @wllama/wllama and pass their addresses as the option wasm.",
    });
  }
  if (/out of memory|OOM|cannot enlarge memory|bad_alloc|Array buffer allocation/i.test(message)) {
    return new TenfoldError("out-of-memory", "llama.cpp ran out of the memory that a browser gives it.", context);
  }
  if (!/abort signal|RuntimeError|unreachable|out of bounds|LinkError/i.test(message)) return undefined;
  return new TenfoldError("generation-failed", `llama.cpp crashed in its worker: ${lastWords(lines) || message}`, {
    ...context,
    remedy: "Load the model again; if it crashes again, load another variant of it.",
  });
}

const lastWords = (lines: readonly string[]) => lines.filter((line) => /error|fail|invalid|assert/i.test(line)).at(-1) ?? "";
