import { TenfoldError, type Variant } from "@tenfold/catalog";
import type { ModelFile, ModelMetadata } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import type { Check } from "./check.ts";

export interface FormatFindings {
  readonly checks: readonly Check[];
  /** Absent for a model that was refused, or whose format nobody here can read. */
  readonly metadata?: ModelMetadata;
}

/** What a curator or an upstream says of the model, as far as the files say it as well. */
export interface StatedFacts {
  readonly architecture?: string | undefined;
  readonly contextLength?: number | undefined;
}

/** Validates a variant's files strictly, and compares what they say with what is stated. */
export async function checkFormat(variant: Variant, files: readonly ModelFile[], stated: StatedFacts, signal: AbortSignal): Promise<FormatFindings> {
  let metadata: ModelMetadata;
  try {
    metadata = await validateModel(variant.format, files, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!TenfoldError.is(error)) throw error;
    const isUnknown = error.code === "unsupported-format";
    return { checks: [{ name: "format", outcome: isUnknown ? "skipped" : "failed", detail: error.message }] };
  }
  const depth = metadata.validation === "opaque" ? "its format is not public, so only signature and size were looked at" : "every structure in it was checked";
  const checks: Check[] = [{ name: "format", outcome: "passed", detail: `A valid ${variant.format}; ${depth}.` }];
  const differences = [
    differs("quantization", variant.quantization, metadata.quantization),
    differs("architecture", stated.architecture, metadata.architecture),
    differs("context length", stated.contextLength, metadata.contextLength),
  ].filter((one) => one !== undefined);
  checks.push(
    differences.length > 0
      ? { name: "metadata", outcome: "noted", detail: `The files say otherwise than the catalog: ${differences.join("; ")}.` }
      : { name: "metadata", outcome: "passed", detail: "What the files say of themselves is what the catalog says." },
  );
  return { checks, metadata };
}

function differs(what: string, stated: string | number | undefined, found: string | number | undefined): string | undefined {
  if (stated === undefined || found === undefined || String(stated).toLowerCase() === String(found).toLowerCase()) return undefined;
  return `${what} ${found}, and not ${stated}`;
}
