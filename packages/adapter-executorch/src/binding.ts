import type { Accelerator } from "@tenfold/catalog";
import type { AdapterContext, InstalledFile, InstalledModel, LoadOptions } from "@tenfold/core";
import type { LogitsSequences } from "@tenfold/host";

/** What the adapter needs of ExecuTorch; one implementation for each way of reaching it. */
export interface Binding {
  /** Finds the runtime. Rejects when it is not installed or does not run here. */
  open(context: AdapterContext): Promise<NativeLibrary>;
}

export interface NativeLibrary {
  /** Of ExecuTorch, or of the package that carries it where that hides it. */
  readonly version: string;
  /** How it is reached: "a host in C++, at /path". */
  readonly notes: readonly string[];
  /** Delegates that are compiled in, by the names that programs have for them: "XnnpackBackend". */
  readonly delegates: readonly string[];
  load(request: NativeLoadRequest): Promise<LogitsSequences>;
}

export interface NativeLoadRequest {
  model: InstalledModel;
  program: InstalledFile;
  context: AdapterContext;
  /** Checked, with threads and method chosen. */
  options: LoadOptions & { threads: number; parallel: number; frameworkOptions: { method: string } };
}

/** What computes with a delegate. XNNPACK is the CPU by better kernels than ExecuTorch's own. */
export const acceleratorOf: Readonly<Record<string, Accelerator>> = {
  XnnpackBackend: "xnnpack",
  CoreMLBackend: "core-ml",
  MLXBackend: "metal",
  MetalBackend: "metal",
  VulkanBackend: "vulkan",
  CudaBackend: "cuda",
};
