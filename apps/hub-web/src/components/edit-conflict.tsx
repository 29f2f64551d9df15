"use client";

import { useState } from "react";
import type { ModelEdit } from "../curation/model-edit.ts";
import type { FieldConflict, Side } from "../diff/merge-documents.ts";
import { fieldText } from "../format/field-text.ts";
import type { ApiFailure } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./edit-conflict.module.css";

export interface EditConflict {
  readonly revision: number;
  readonly by: string;
  readonly base: ModelEdit;
  readonly theirs: ModelEdit;
  readonly conflicts: readonly FieldConflict[];
}

/** What `curation.save` says when somebody else saved meanwhile; undefined for every other failure. */
export function readConflict({ code, details }: ApiFailure): EditConflict | undefined {
  return code === "conflict" && "theirs" in details ? (details as unknown as EditConflict) : undefined;
}

/** Both values of each field that two people changed, to choose from. Everything else of both edits is put together. */
export function EditConflictPanel({ conflict: { by, conflicts }, onDecide }: { conflict: EditConflict; onDecide: (choices: Record<string, Side>) => void }) {
  const [choices, setChoices] = useState<Record<string, Side>>({});
  return (
    <section className={styles.panel} role="alert" aria-labelledby="conflict">
      <h2 id="conflict">{by} saved this model while you were editing it</h2>
      <p>
        {conflicts.length === 0
          ? "You changed different fields: both edits can be put together."
          : "Nothing of yours is lost. These fields you both changed; choose what holds. Everything else of both edits is kept."}
      </p>
      {conflicts.map(({ path, theirs, mine }) => (
        <fieldset key={path} className={styles.field}>
          <legend>
            <code>{path}</code>
          </legend>
          {(["theirs", "mine"] as const).map((side) => (
            <label key={side}>
              <input type="radio" name={path} checked={(choices[path] ?? "theirs") === side} onChange={() => setChoices({ ...choices, [path]: side })} />
              <span>
                <strong>{side === "mine" ? "Yours" : `${by}’s`}</strong>
                <span className={styles.value}>{fieldText(side === "mine" ? mine : theirs)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      <Button kind="primary" onClick={() => onDecide(choices)}>
        Put the edits together
      </Button>
      <p className={styles.note}>Then look at the form, and save.</p>
    </section>
  );
}
