"use client";

import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { goTo } from "./go-to.ts";
import { useAction } from "./use-action.ts";

/** Has a variant verified and its files kept, and goes where one can watch. */
export function VerifyButton({ modelId, variant, isFirst }: { modelId: string; variant: string; isFirst: boolean }) {
  const { run, isRunning, failure } = useAction();
  const verify = () =>
    run(async () => {
      const { id } = await api.jobs.verify.mutate({ modelId, variant, keep: true });
      await goTo(`/curate/jobs/${id}`);
    });
  return (
    <>
      <Button
        kind={isFirst ? "plain" : "quiet"}
        aria-label={`${isFirst ? "Verify" : "Verify again"} ${variant}`}
        onClick={() => void verify()}
        isBusy={isRunning}
      >
        {isFirst ? "Verify" : "Verify again"}
      </Button>
      <FailureNote failure={failure} />
    </>
  );
}
