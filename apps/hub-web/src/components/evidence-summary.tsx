import type { ModelSummary } from "../catalog/model-summary.ts";
import { EvidenceBadge } from "./evidence-badge.tsx";
import styles from "./evidence-summary.module.css";

/** Of how many files the digest is verified, claimed or unknown. */
export function EvidenceSummary({ total, verified, claimed }: ModelSummary["files"]) {
  const unknown = total - verified - claimed;
  return (
    <span className={styles.row}>
      {verified > 0 && <EvidenceBadge kind="verified">{verified} verified</EvidenceBadge>}
      {claimed > 0 && <EvidenceBadge kind="claimed">{claimed} claimed</EvidenceBadge>}
      {unknown > 0 && <EvidenceBadge kind="unknown">{unknown} without digest</EvidenceBadge>}
    </span>
  );
}
