/** What is used of WebGPU, which not every TypeScript library describes. */
interface GpuAdapter {
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly isFallbackAdapter?: boolean };
}

/** Whether the browser lets pages compute on a GPU, in words for people. */
export type Webgpu = { present: true; software: boolean; note: string } | { present: false; note: string };

export async function findWebgpu(): Promise<Webgpu> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  if (!gpu) return { present: false, note: "WebGPU: this browser has none, or the page did not come by HTTPS" };
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return { present: false, note: "WebGPU: the browser has no GPU to give" };
  const { vendor = "", architecture = "", isFallbackAdapter: software = false } = adapter.info ?? {};
  const name = [vendor, architecture].filter(Boolean).join(" ") || "a GPU";
  return { present: true, software, note: `WebGPU: ${name}${software ? ", computed in software, so that the CPU itself is taken first" : ""}` };
}
