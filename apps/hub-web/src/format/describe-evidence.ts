import type { Evidence } from "@tenfold/catalog";
import { formatDate } from "./format-date.ts";

/** Who says so, when and with what: "verified by hub on 24 November 2026 with tenfold-hub 0.1.0". */
export function describeEvidence(evidence: Evidence): string {
  const words = [evidence.kind, "by", evidence.by];
  if (evidence.at !== undefined) words.push("on", formatDate(evidence.at));
  if (evidence.kind === "verified" && evidence.tool !== undefined) words.push("with", evidence.tool);
  return words.join(" ");
}
