"use client";

import type { ReactNode } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { goTo } from "./go-to.ts";
import { ReadyFields } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** What waits of a device, and what can be done with it. */
export function DeviceReview({
  id,
  revision,
  by,
  canApprove,
  children,
}: {
  id: string;
  revision: number;
  by: string;
  canApprove: boolean;
  children: ReactNode;
}) {
  const { run, isRunning, failure } = useAction();
  return (
    <section className={`${styles.form} ${styles.wide} ${styles.above}`} aria-labelledby="waiting">
      <h2 id="waiting">Waiting: what {by} changed</h2>
      {children}
      <FailureNote failure={failure} />
      <ReadyFields>
        <div className={styles.actions}>
          {canApprove && (
            <Button
              kind="primary"
              isBusy={isRunning}
              onClick={() =>
                void run(async () => {
                  await api.devices.approve.mutate({ id, revision });
                  await goTo(`/devices/${id}`);
                })
              }
            >
              Approve
            </Button>
          )}
          <Button
            isBusy={isRunning}
            onClick={() =>
              void run(async () => {
                await api.devices.discard.mutate({ id });
                await goTo("/devices");
              })
            }
          >
            Discard
          </Button>
        </div>
      </ReadyFields>
    </section>
  );
}
