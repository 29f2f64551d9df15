import type { ReactNode } from "react";
import styles from "./evidence-badge.module.css";

export type EvidenceKind = "verified" | "claimed" | "unknown";

const marks: Record<EvidenceKind, ReactNode> = {
  verified: <path d="M2.5 6.4 5 8.9l4.6-5.6" />,
  claimed: <path d="M3.6 4.4a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .7-1 1.3M6 9.7v.1" />,
  unknown: <path d="M2.8 6h6.4" />,
};

/** A mark and words for how well something is known; never colour alone. */
export function EvidenceBadge({ kind, children }: { kind: EvidenceKind; children: ReactNode }) {
  return (
    <span className={`${styles.badge} ${styles[kind]}`}>
      <svg
        width="12"
        height="12"
        viewBox="0 0 12 12"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {marks[kind]}
      </svg>
      <span>{children}</span>
    </span>
  );
}
