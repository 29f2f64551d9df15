import type { FrameworkProfile } from "@tenfold/catalog";
import type { Support } from "../contract/adapter.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { DeviceState, Hardware } from "../platform/hardware.ts";
import { memoryBudget } from "./memory-budget.ts";

export interface CanRunRequest {
  model: { format: string; architecture?: string; quantization?: string };
  profile: FrameworkProfile;
  platform: "node" | "browser" | "react-native";
  hardware: Hardware;
  state?: DeviceState;
  /** Of the framework's adapter, where it is installed: what runs here counts for more than what a profile says. */
  support?: Support;
  /** Absent: how much the model takes is unknown. */
  estimate?: MemoryEstimate;
  memoryLimitBytes?: number;
}

export interface RunVerdict {
  /** As in the catalog's compatibility documents. "tight": it fits, with less than a tenth to spare. */
  verdict: "runs" | "tight" | "does-not-fit" | "unsupported" | "unknown";
  /** In words, the decisive one first. */
  reasons: readonly string[];
  neededBytes?: number;
  budgetBytes?: number;
}

const spareShare = 0.1;

/** Whether a framework runs a model on a device, and why. Computes only: nothing is opened, loaded or asked. */
export function canRun({ model, profile, platform, hardware, state, support, estimate, memoryLimitBytes }: CanRunRequest): RunVerdict {
  const refusals = refusalsOf(model, profile, platform, support);
  if (refusals.length > 0) return { verdict: "unsupported", reasons: refusals };
  const budget = memoryBudget(hardware, state, memoryLimitBytes);
  if (!estimate) return { verdict: "unknown", reasons: [`How much memory it takes under ${profile.name} is not known.`] };
  const neededBytes = estimate.peakBytes;
  if (!budget) return { verdict: "unknown", reasons: [`It takes ${gigabytes(neededBytes)}; how much memory the device has is not known.`], neededBytes };
  const figures = { neededBytes, budgetBytes: budget.bytes };
  const comparison = `It takes ${gigabytes(neededBytes)}, and ${gigabytes(budget.bytes)} may be taken (${budget.how}).`;
  if (neededBytes > budget.bytes) return { verdict: "does-not-fit", reasons: [comparison], ...figures };
  const missing = (estimate.unknown ?? []).map(({ name, why }) => `How much the ${name} takes is not known: ${why}.`);
  if (missing.length > 0) return { verdict: "unknown", reasons: [...missing, comparison], ...figures };
  return { verdict: neededBytes > budget.bytes * (1 - spareShare) ? "tight" : "runs", reasons: [comparison], ...figures };
}

function refusalsOf(
  { format, architecture, quantization }: CanRunRequest["model"],
  profile: FrameworkProfile,
  platform: CanRunRequest["platform"],
  support?: Support,
): string[] {
  const refusals: string[] = [];
  if (!profile.formats.includes(format)) refusals.push(`${profile.name} takes ${profile.formats.join(", ")}, not ${format}.`);
  if (support?.available === false) refusals.push(support.reason);
  const here = profile.platforms[platform];
  if (support === undefined && !here.supported) refusals.push(here.reason);
  if (architecture !== undefined && profile.architectures && !profile.architectures.includes(architecture)) {
    refusals.push(`${profile.name} does not know the architecture ${architecture}.`);
  }
  if (quantization !== undefined && profile.quantizations && !profile.quantizations.includes(quantization)) {
    refusals.push(`${profile.name} does not know the quantization ${quantization}.`);
  }
  return refusals;
}

/** To two decimals, or in MB below a gigabyte. */
function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
