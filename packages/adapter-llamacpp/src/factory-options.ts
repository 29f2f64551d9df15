/** Which build of llama.cpp to use: the best that is installed, or one. `false` is the CPU. */
export type Gpu = "auto" | "metal" | "cuda" | "vulkan" | false;

/** Addresses of llama.cpp's two WebAssembly files, relative to the page or whole. */
export interface WasmPaths {
  singleThread: string | URL;
  /** Used where the page is cross-origin isolated. */
  multiThread: string | URL;
}

export interface LlamaCppOptions {
  /** In Node. Default "auto". */
  gpu?: Gpu;
  /** In browsers. Default: where the bundler puts the files of @wllama/wllama. */
  wasm?: Partial<WasmPaths>;
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
}
