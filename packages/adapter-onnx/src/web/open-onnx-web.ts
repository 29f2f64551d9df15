/// <reference lib="dom" />
import type { OnnxRuntime } from "../bindings/javascript.ts";

/**
 * Builds of onnxruntime-web. "jspi" waits for GPU and files by what newer browsers offer (JSPI), and reads weights from where they lie;
 * "webgpu" does it by rewritten code, twice the size; "wasm" has no GPU.
 */
export type OnnxWebBuild = "jspi" | "webgpu" | "wasm";

interface OnnxWebFiles {
  mjs: string;
  wasm: string;
}

/** @param hasWebgpu whether there is a GPU to compute on. */
export function chooseBuild(hasWebgpu: boolean): OnnxWebBuild {
  if ("Suspending" in WebAssembly) return "jspi";
  return hasWebgpu ? "webgpu" : "wasm";
}

export interface OnnxWeb {
  readonly runtime: OnnxRuntime;
  /** Says with how many threads to compute. A page's first model decides. @returns how many there are. */
  useThreads(threads: number): number;
}

/** The library belongs to the page, whoever made the adapter. */
let opened: Promise<OnnxWeb> | undefined;

/** Imports onnxruntime-web; its WebAssembly comes with the first model. @param folder where its files are, if not where the bundler put them. */
export function openOnnxWeb(build: OnnxWebBuild, folder: string | undefined): Promise<OnnxWeb> {
  opened ??= importBuild(build, folder).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
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
  webgpu: () => import("onnxruntime-web/webgpu"),
  wasm: () => import("onnxruntime-web/wasm"),
};

/** Bundlers find files by this form, and by no other. */
const bundled: Readonly<Record<OnnxWebBuild, () => OnnxWebFiles>> = {
  jspi: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm", import.meta.url).href,
  }),
  webgpu: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm", import.meta.url).href,
  }),
  wasm: () => ({
    mjs: new URL("onnxruntime-web/ort-wasm-simd-threaded.mjs", import.meta.url).href,
    wasm: new URL("onnxruntime-web/ort-wasm-simd-threaded.wasm", import.meta.url).href,
  }),
};
