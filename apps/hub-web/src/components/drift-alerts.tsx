"use client";

import { useState } from "react";
import { formatTime } from "../format/format-date.ts";
import type { DriftView } from "../verification/verification-queries.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./drift-alerts.module.css";
import { FailureNote } from "./failure-note.tsx";
import { useAction } from "./use-action.ts";

/** Upstreams that say other things than they did. Sources are pinned, so that nothing of the model has changed. */
export function DriftAlerts({ initial, canCurate }: { initial: readonly DriftView[]; canCurate: boolean }) {
  const [drifts, setDrifts] = useState(initial);
  const { run, isRunning, failure } = useAction();
  if (drifts.length === 0) return null;
  const seen = () =>
    run(async () => {
      for (const { id } of drifts) await api.jobs.acknowledgeDrift.mutate({ id });
      setDrifts([]);
    });
  return (
    <div className={styles.alerts}>
      <p>
        <strong>The upstream has moved.</strong> What was imported is pinned and has not changed. Import it again to see what is different.
      </p>
      <ul>
        {drifts.map(({ id, kind, subject, before, after, foundAt }) => (
          <li key={id}>
            {subject}: {kind === "gone" ? "is gone" : `${kind} ${short(before)} → ${short(after)}`} <small>{formatTime(foundAt)}</small>
          </li>
        ))}
      </ul>
      <FailureNote failure={failure} />
      {canCurate && (
        <Button onClick={() => void seen()} isBusy={isRunning}>
          Seen
        </Button>
      )}
    </div>
  );
}

const short = (text: string) => (text.length > 16 ? `${text.slice(0, 12)}…` : text);
