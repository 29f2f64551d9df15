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

/** Revokes a model or one variant, at once and for good. */
export function RevokeForm({ modelId, name, variants, onCancel }: { modelId: string; name: string; variants: readonly string[]; onCancel: () => void }) {
  const [variant, setVariant] = useState("");
  const [reason, setReason] = useState("");
  const { run, isRunning, failure } = useAction();
  return (
    <ReadyForm
      className={`${styles.form} ${styles.wide}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          const { number } = await api.releases.revoke.mutate({ modelId, reason, ...(variant !== "" && { variant }) });
          await goTo(`/releases/${number}`);
        });
      }}
    >
      <h2>Revoke {name}</h2>
      <p className={styles.note}>
        A release that revokes it is published and signed at once, in every channel. Clients refuse it from their next look at this hub, with your reason. It
        cannot be taken back.
      </p>
      <SelectField
        label="What"
        value={variant}
        onChange={setVariant}
        options={[{ value: "", name: "The whole model" }, ...variants.map((id) => ({ value: id, name: `Only the variant ${id}` }))]}
      />
      <TextArea label="Reason" hint="Shown to whoever would use it." value={reason} onChange={setReason} rows={2} maxLength={1000} required />
      <FailureNote failure={failure} />
      <div className={styles.actions}>
        <Button kind="danger" type="submit" isBusy={isRunning}>
          Revoke for everybody
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </ReadyForm>
  );
}
