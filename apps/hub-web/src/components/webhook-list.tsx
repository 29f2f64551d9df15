"use client";

import type { WebhookView } from "../webhooks/list-webhooks.ts";
import { api } from "./api-client.ts";
import { FailureNote } from "./failure-note.tsx";
import { Notice } from "./notice.tsx";
import { useAction } from "./use-action.ts";
import { usePolled } from "./use-polled.ts";
import { WebhookEntry } from "./webhook-entry.tsx";
import { WebhookForm } from "./webhook-form.tsx";

/** The form for another, and each there is with what it was sent last. */
export function WebhookList({ initial }: { initial: readonly WebhookView[] }) {
  const { value, set } = usePolled(
    initial,
    () => api.webhooks.list.query(),
    () => true,
    { everyMs: 3000 },
  );
  const { run, isRunning, failure } = useAction();
  const look = async () => set(await api.webhooks.list.query());
  const change = (work: () => Promise<unknown>) =>
    void run(async () => {
      await work();
      await look();
    });
  return (
    <>
      <WebhookForm onAdded={look} />
      <FailureNote failure={failure} />
      {value.length === 0 ? (
        <Notice title="Nobody is told yet">
          <p>Add an address above, and send it a test.</p>
        </Notice>
      ) : (
        value.map((webhook) => <WebhookEntry key={webhook.id} webhook={webhook} isBusy={isRunning} change={change} />)
      )}
    </>
  );
}
