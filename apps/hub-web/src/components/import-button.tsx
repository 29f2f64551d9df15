"use client";

import { useState } from "react";
import type { ImportChoices } from "../imports/plan-import.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { CheckField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import styles from "./import-button.module.css";
import { useAction } from "./use-action.ts";

/** Does what was shown, and goes to where it is verified. */
export function ImportButton({ choices, digest, label }: { choices: ImportChoices; digest: string; label: string }) {
  const [verify, setVerify] = useState(true);
  const [keep, setKeep] = useState(true);
  const { run, isRunning, failure } = useAction();
  const carryOut = () =>
    run(async () => {
      const { models, jobs } = await api.imports.carryOut.mutate({ choices, digest, verify, keep: verify && keep });
      const [job, ...others] = jobs;
      await goTo(job !== undefined && others.length === 0 ? `/curate/jobs/${job}` : models.length === 1 ? `/curate/models/${models[0]?.id}` : "/curate");
    });
  return (
    <div className={styles.box}>
      <CheckField label="Verify: read every file once, check it, load it where that is possible" checked={verify} onChange={setVerify} />
      {verify && <CheckField label="Keep the files and serve them from this hub" checked={keep} onChange={setKeep} />}
      <FailureNote failure={failure} />
      <Button kind="primary" onClick={() => void carryOut()} isBusy={isRunning}>
        {label}
      </Button>
    </div>
  );
}
