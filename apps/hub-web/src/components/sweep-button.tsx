"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { formatBytes } from "../format/format-bytes.ts";
import type { Swept } from "../sweeping/sweep.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { useAction } from "./use-action.ts";

/** Removes what the page shows. */
export function SweepButton() {
  const [swept, setSwept] = useState<Swept>();
  const router = useRouter();
  const { run, isRunning, failure } = useAction();
  const sweep = () => {
    if (!window.confirm("Remove what is shown here? Files cannot be brought back from here.")) return;
    void run(async () => {
      setSwept(await api.upkeep.sweep.mutate());
      router.refresh();
    });
  };
  return (
    <>
      <Button kind="danger" onClick={sweep} isBusy={isRunning}>
        Remove now
      </Button>
      <p role="status">
        {swept &&
          `Removed ${swept.jobs} jobs, ${swept.uploads} uploads, ${swept.transfers} transfers and ${swept.files} files (${formatBytes(swept.sizeBytes)}).`}
      </p>
      <FailureNote failure={failure} />
    </>
  );
}
