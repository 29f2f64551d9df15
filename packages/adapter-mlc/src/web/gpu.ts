import { TenfoldError } from "@tenfold/catalog";

/** What is used of WebGPU, which not every TypeScript library describes. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: string }): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly description?: string; readonly isFallbackAdapter?: boolean };
  readonly features: ReadonlySet<string>;
}

export interface FoundGpu {
  /** For people: "WebGPU: google swiftshader, computed in software". */
  readonly note: string;
  readonly features: ReadonlySet<string>;
}

/**
 * The GPU that web-llm will take.
 * @throws TenfoldError `framework-unavailable` with a remedy.
 */
export async function findGpu(gpu: Gpu | undefined, absent: { reason: string; remedy: string }, none: { reason: string; remedy: string }): Promise<FoundGpu> {
  if (!gpu) throw unavailable(absent);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) throw unavailable(none);
  const { vendor = "", architecture = "", isFallbackAdapter = false } = adapter.info ?? {};
  const name = [vendor, architecture].filter(Boolean).join(" ") || "a GPU";
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(name);
  return { note: `WebGPU: ${name}${software ? ", computed in software and slow" : ""}`, features: adapter.features };
}

function unavailable({ reason, remedy }: { reason: string; remedy: string }): TenfoldError {
  return new TenfoldError("framework-unavailable", reason, { framework: "mlc-llm", remedy });
}
