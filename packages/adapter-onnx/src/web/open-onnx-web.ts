/// <reference lib="dom" />
import type { Accelerator } from "@tenfold/catalog";
import type { OnnxRuntime } from "../bindings/javascript.ts";

/**
 * Builds of onnxruntime-web. "wasm" has all operators for the CPU; the others have WebGPU and few operators besides: "jspi" for browsers
 * that can wait within WebAssembly, "asyncify" for all others, twice the size.
 */
export type OnnxWebBuild = "wasm" | "jspi" | "asyncify";

interface OnnxWebFiles {
  mjs: string;
  wasm: string;
}

export const buildFor = (accelerator: Accelerator): OnnxWebBuild => (accelerator === "cpu" ? "wasm" : "Suspending" in WebAssembly ? "jspi" : "asyncify");

export interface OnnxWeb {
  readonly runtime: OnnxRuntime;
  /** Says with how many threads to compute. The first model of a build decides. @returns how many there are. */
  useThreads(threads: number): number;
}

/** Libraries belong to the page, whoever made the adapter. */
const opened = new Map<OnnxWebBuild, Promise<OnnxWeb>>();

/** Imports onnxruntime-web; its WebAssembly comes with the first model. @param folder where its files are, if not where the bundler put them. */
export function openOnnxWeb(build: OnnxWebBuild, folder: string | undefined): Promise<OnnxWeb> {
  const library =
    opened.get(build) ??
    importBuild(build, folder).catch((error: unknown) => {
      opened.delete(build);
      throw error;
    });
  opened.set(build, library);
  return library;
}

async function importBuild(build: OnnxWebBuild, folder: string | undefined): Promise<OnnxWeb> {
  const runtime = await imports[build]();
  runtime.env.logLevel = "error";
  runtime.env.wasm.wasmPaths = folder === undefined ? bundled[build]() : withSlash(new URL(folder, location.href).href);
  let used: number | undefined;
  return {
    runtime,
    useThreads(threads) {
      used ??= threads;
      runtime.env.wasm.numThreads = used;
      return used;
    },
  };
}

const withSlash = (address: string) => (address.endsWith("/") ? address : `${address}/`);

const imports: Readonly<Record<OnnxWebBuild, () => Promise<OnnxRuntime>>> = {
  jspi: () => import("onnxruntime-web/jspi"),
  asyncify: () => import("onnxruntime-web/webgpu"),
  wasm: () => import("onnxruntime-web/wasm"),
};

/** Bundlers find files by this form, and by no other. */
const bundled: Readonly<Record<OnnxWebBuild, () => OnnxWebFiles>> = {
  jspi: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm", import.meta.url).href,
  }),
  asyncify: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm", import.meta.url).href,
  }),
  wasm: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.wasm", import.meta.url).href,
  }),
};
