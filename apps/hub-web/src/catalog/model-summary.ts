import type { Capability } from "@tenfold/catalog";
import type { Manifest } from "../generated/prisma/client.ts";

/** A model as a list shows it. What is not known is absent. */
export interface ModelSummary {
  id: string;
  name: string;
  publisher: string;
  /** The first sentence of the description. */
  summary: string;
  licence: string;
  parameterCount?: number;
  contextLength?: number;
  capabilities: Capability[];
  formats: string[];
  quantizations: string[];
  variants: number;
  /** Of the variants whose size is known. */
  sizeBytes?: { smallest: number; largest: number };
  /** How many files there are, and of how many the digest was verified by a hub or is claimed by somebody. */
  files: { total: number; verified: number; claimed: number };
  manifestSha256: string;
}

export function modelSummary(row: Manifest): ModelSummary {
  const { smallestBytes, largestBytes } = row;
  return {
    id: row.modelId,
    name: row.name,
    publisher: row.publisher,
    summary: row.summary,
    licence: row.licence,
    ...(row.parameterCount !== null && { parameterCount: Number(row.parameterCount) }),
    ...(row.contextLength !== null && { contextLength: row.contextLength }),
    capabilities: row.capabilities as Capability[],
    formats: row.formats,
    quantizations: row.quantizations,
    variants: row.variantCount,
    ...(smallestBytes !== null && largestBytes !== null && { sizeBytes: { smallest: Number(smallestBytes), largest: Number(largestBytes) } }),
    files: { total: row.artifactCount, verified: row.verifiedCount, claimed: row.claimedCount },
    manifestSha256: row.sha256,
  };
}
