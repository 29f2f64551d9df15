/** Which build of llama.cpp to use: the best that is installed, or one. `false` is the CPU. */
export type Gpu = "auto" | "metal" | "cuda" | "vulkan" | false;

export interface LlamaCppOptions {
  /** Default "auto". */
  gpu?: Gpu;
}
