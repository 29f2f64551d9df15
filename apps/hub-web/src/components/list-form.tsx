"use client";

import { type FormEvent, useState } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextArea } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import panel from "./panel.module.css";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** Manifests as JSON: of another hub, of `tenfold`, or a list in the form of the starter catalog. */
export function ListForm() {
  const [text, setText] = useState("");
  const { run, isRunning, failure } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const { id } = await api.imports.describeList.mutate({ text });
      await goTo(`/curate/imports/${id}`);
    });
  };
  return (
    <ReadyForm className={panel.panel} onSubmit={submit}>
      <TextArea
        label="JSON"
        hint="A manifest, a list of manifests, or { schemaVersion, models }. What others verified is a claim here."
        value={text}
        onChange={setText}
        rows={10}
        isCode
        required
      />
      <FailureNote failure={failure} />
      <div className={styles.actions}>
        <Button type="submit" isBusy={isRunning}>
          Read the list
        </Button>
      </div>
    </ReadyForm>
  );
}
