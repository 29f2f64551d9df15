"use client";

import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { goTo } from "./go-to.ts";
import { useAction } from "./use-action.ts";

/** Brings back what an older release published. */
export function RestoreButton({ number, channel }: { number: number; channel: "stable" | "beta" }) {
  const { run, isRunning, failure } = useAction();
  const restore = () => {
    if (!window.confirm(`Publish what release ${number} published as a new release on ${channel}? What was approved since becomes a draft again.`)) return;
    void run(async () => {
      const made = await api.releases.restore.mutate({ number, channel, note: `Restores release ${number}.` });
      await goTo(`/releases/${made.number}`);
    });
  };
  return (
    <>
      <Button onClick={restore} isBusy={isRunning}>
        Roll back to this
      </Button>
      <FailureNote failure={failure} />
    </>
  );
}
