import { formatTime } from "../format/format-date.ts";
import type { DriftView, VerificationView } from "../verification/verification-queries.ts";
import { CheckList } from "./check-list.tsx";
import { DriftAlerts } from "./drift-alerts.tsx";
import { JobStateBadge } from "./job-state-badge.tsx";
import styles from "./model-evidence.module.css";
import { VerifyButton } from "./verify-button.tsx";

interface Props {
  readonly modelId: string;
  readonly variants: readonly string[];
  /** The newest first. */
  readonly verifications: readonly VerificationView[];
  readonly drifts: readonly DriftView[];
  readonly canCurate: boolean;
}

/** What this hub found out about a model's files, variant by variant, with when and with what. */
export function ModelEvidence({ modelId, variants, verifications, drifts, canCurate }: Props) {
  if (variants.length === 0) return null;
  return (
    <section aria-labelledby="evidence" className={styles.evidence}>
      <h2 id="evidence">Verification</h2>
      <DriftAlerts initial={drifts} canCurate={canCurate} />
      {variants.map((variant) => {
        const newest = verifications.find((one) => one.variant === variant);
        return (
          <div key={variant} className={styles.variant}>
            <div className={styles.head}>
              <code>{variant}</code>
              {newest ? (
                <>
                  <JobStateBadge job={{ state: "succeeded", result: { verdict: newest.verdict }, isEnding: false }} />
                  <small>
                    {formatTime(newest.finishedAt)} · <a href={`/curate/jobs/${newest.jobId}`}>log</a>
                  </small>
                </>
              ) : (
                <small>No job has verified it yet.</small>
              )}
              {canCurate && <VerifyButton modelId={modelId} variant={variant} isFirst={newest === undefined} />}
            </div>
            {newest && (
              <details>
                <summary>What was found</summary>
                <CheckList checks={newest.checks} />
                <p className={styles.tools}>
                  {Object.entries(newest.tools)
                    .map(([name, version]) => `${name}: ${version}`)
                    .join(" · ")}
                </p>
              </details>
            )}
          </div>
        );
      })}
    </section>
  );
}
