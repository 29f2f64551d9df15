"use client";

import { useState } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { SelectField, TextArea } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** Publishes what the page shows, or nothing when somebody else published meanwhile. */
export function PublishForm({ channel, current, hasChanges }: { channel: "stable" | "beta"; current: number | undefined; hasChanges: boolean }) {
  const [note, setNote] = useState("");
  const { run, isRunning, failure } = useAction();
  return (
    <ReadyForm
      className={`${styles.form} ${styles.wide} ${styles.above}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          const { number } = await api.releases.publish.mutate({ channel, note, ...(current !== undefined && { current }) });
          await goTo(`/releases/${number}`);
        });
      }}
    >
      <SelectField
        label="Channel"
        value={channel}
        options={["stable", "beta"]}
        onChange={(wanted) => window.location.assign(wanted === "stable" ? "/releases/publish" : `/releases/publish?channel=${wanted}`)}
      />
      <TextArea label="Note" hint="What has changed, in a sentence. It is part of what is signed." value={note} onChange={setNote} rows={2} maxLength={2000} />
      <FailureNote failure={failure} />
      <div className={styles.actions}>
        <Button kind="primary" type="submit" isBusy={isRunning} disabled={!hasChanges}>
          Publish to {channel}
        </Button>
      </div>
      {!hasChanges && <p className={styles.note}>Nothing is different from what {channel} serves.</p>}
    </ReadyForm>
  );
}
