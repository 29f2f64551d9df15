"use client";

import { useState } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { OneTimeSecret } from "./one-time-secret.tsx";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** Adds an address that is told of releases. */
export function WebhookForm({ onAdded }: { onAdded: () => Promise<void> }) {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState<string>();
  const { run, isRunning, failure } = useAction();
  return (
    <ReadyForm
      className={`${styles.form} ${styles.wide} ${styles.above}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          setSecret((await api.webhooks.create.mutate({ name, url })).secret);
          setName("");
          setUrl("");
          await onAdded();
        });
      }}
    >
      <h2>Add a webhook</h2>
      <div className={styles.pair}>
        <TextField label="What it is for" value={name} onChange={setName} maxLength={100} required />
        <TextField label="Address" type="url" value={url} onChange={setUrl} placeholder="https://…" maxLength={2000} required />
      </div>
      <p className={styles.note}>It hears of the present release first. The address is sealed as well: afterwards only its host is shown.</p>
      <FailureNote failure={failure} />
      {secret !== undefined && (
        <OneTimeSecret label="the secret" text={secret} note="Messages are signed with it: give it to the receiver now, for it is not shown again." />
      )}
      <div className={styles.actions}>
        <Button kind="primary" type="submit" isBusy={isRunning}>
          Add the webhook
        </Button>
      </div>
    </ReadyForm>
  );
}
