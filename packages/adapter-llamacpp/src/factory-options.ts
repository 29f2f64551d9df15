/** Which build of llama.cpp to use: the best that is installed, or one. `false` is the CPU. */
export type Gpu = "auto" | "metal" | "cuda" | "vulkan" | false;

export interface LlamaCppOptions {
  /** Default "auto". */
  gpu?: Gpu;
  /** Node: the program that runs a model in its own process, where a bundler has moved ours: a module that calls `runHost` of @tenfold/host/node. */
  hostEntry?: string;
}
