import type { Evidence, Source } from "@tenfold/catalog";
import { describeEvidence } from "./describe-evidence.ts";
import { sourceLink } from "./source-link.ts";

/** A field's value as one reads it in a form; evidence and sources in words, other things that have parts as JSON. */
export function fieldText(value: unknown): string {
  if (typeof value === "string") return value === "" ? "(empty)" : value;
  if (value === undefined) return "(nothing)";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number")) return value.join(", ");
  if (isEvidence(value)) return describeEvidence(value);
  if (Array.isArray(value) && value.every(isSource)) return value.map(sourceText).join("\n");
  return JSON.stringify(value, undefined, 2);
}

function isEvidence(value: object | null): value is Evidence {
  return value !== null && "kind" in value && "by" in value && (value.kind === "claimed" || value.kind === "verified");
}

function isSource(value: unknown): value is Source {
  return typeof value === "object" && value !== null && "kind" in value && ["hub", "https", "hugging-face"].includes(String(value.kind));
}

function sourceText(source: Source): string {
  if (source.kind === "https") return source.url;
  const { label } = sourceLink(source, undefined);
  if (source.kind === "hub") return label;
  return `${label}: ${source.path}${source.revision === undefined ? "" : ` (${describeEvidence(source.revision.evidence)})`}`;
}
