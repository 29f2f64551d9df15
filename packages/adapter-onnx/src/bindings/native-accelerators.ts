import type { Accelerator } from "@tenfold/catalog";
import type { Address, CApi } from "./c-api.ts";

/** Execution providers: as the library lists them, and as it wants them named. */
const providers: readonly { accelerator: Accelerator; listed: string; name: string }[] = [
  { accelerator: "core-ml", listed: "CoreMLExecutionProvider", name: "CoreML" },
  { accelerator: "cuda", listed: "CUDAExecutionProvider", name: "CUDA" },
  { accelerator: "directml", listed: "DmlExecutionProvider", name: "DML" },
  { accelerator: "webgpu", listed: "WebGpuExecutionProvider", name: "WebGPU" },
  { accelerator: "xnnpack", listed: "XnnpackExecutionProvider", name: "XNNPACK" },
];

/** What the library was built with, which says nothing of what the machine has. The CPU comes first: nothing else is taken by itself. */
export function nativeAccelerators(api: CApi): Accelerator[] {
  const list = new BigUint64Array(1);
  const count = new Int32Array(1);
  api.call("GetAvailableProviders", list, count);
  const at = list[0] ?? 0n;
  const names = Array.from(new BigUint64Array(api.view(at, 8 * (count[0] ?? 0)).slice().buffer), (name) => api.text(name));
  api.call("ReleaseAvailableProviders", at, count[0] ?? 0);
  return ["cpu", ...providers.filter(({ listed }) => names.includes(listed)).map(({ accelerator }) => accelerator)];
}

/** Puts an accelerator before the CPU. @throws Error in the library's words. */
export function useAccelerator(api: CApi, options: Address, accelerator: Accelerator): void {
  if (accelerator === "cpu") return;
  const provider = providers.find((one) => one.accelerator === accelerator);
  if (!provider) throw new Error(`ONNX Runtime has no execution provider for ${accelerator}.`);
  if (accelerator === "cuda") {
    const cuda = api.get("CreateCudaOptions");
    try {
      api.call("AppendCuda", options, cuda);
    } finally {
      api.release("ReleaseCudaOptions", cuda);
    }
    return;
  }
  // DirectML refuses memory patterns.
  if (accelerator === "directml") api.call("DisableMemPattern", options);
  api.call("AppendExecutionProvider", options, provider.name, null, null, 0);
}
