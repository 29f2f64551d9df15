import { formatTime } from "../format/format-date.ts";
import type { JobView } from "../jobs/job-queries.ts";
import type { WebhookView } from "../webhooks/list-webhooks.ts";
import { api } from "./api-client.ts";
import { Badge } from "./badge.tsx";
import { Button } from "./button.tsx";
import { DataTable } from "./data-table.tsx";
import { jobCells } from "./job-cells.tsx";
import styles from "./webhook-entry.module.css";

interface Props {
  readonly webhook: WebhookView;
  readonly isBusy: boolean;
  /** Does something and looks again. */
  readonly change: (work: () => Promise<unknown>) => void;
}

/** Somebody who is told, what can be done about it, and what was sent last. */
export function WebhookEntry({ webhook: { id, name, host, added, deliveries }, isBusy, change }: Props) {
  const isDisabled = added?.isDisabled ?? false;
  return (
    <section className={styles.entry} aria-labelledby={`webhook-${id}`}>
      <header>
        <div>
          <h2 id={`webhook-${id}`}>
            {name} {isDisabled && <Badge tone="neutral">disabled</Badge>}
          </h2>
          <p>
            {host}
            {added ? ` · added by ${added.by}, ${formatTime(added.at)}` : " · TENFOLD_HUB_WEBHOOKS names it"}
          </p>
        </div>
        <div className={styles.actions}>
          {!isDisabled && (
            <Button isBusy={isBusy} aria-label={`Send a test to ${name}`} onClick={() => change(() => api.webhooks.test.mutate({ id }))}>
              Send a test
            </Button>
          )}
          {added && (
            <>
              <Button
                kind="quiet"
                isBusy={isBusy}
                aria-label={`${isDisabled ? "Enable" : "Disable"} ${name}`}
                onClick={() => change(() => api.webhooks.setDisabled.mutate({ id, isDisabled: !isDisabled }))}
              >
                {isDisabled ? "Enable" : "Disable"}
              </Button>
              <Button kind="quiet" isBusy={isBusy} aria-label={`Remove ${name}`} onClick={() => change(() => api.webhooks.remove.mutate({ id }))}>
                Remove
              </Button>
            </>
          )}
        </div>
      </header>
      {deliveries.length === 0 ? (
        <p className={styles.quiet}>Nothing was sent yet.</p>
      ) : (
        <DataTable
          caption={`What was sent to ${name}`}
          columns={["Message", "State", "Answer", "When", ""]}
          rows={deliveries.map((job) => ({
            key: job.id,
            cells: [
              ...jobCells(job),
              answerOf(job),
              <span key="when" className={styles.when}>
                {formatTime(job.finishedAt ?? job.startedAt ?? job.createdAt)}
                {tookOf(job)}
              </span>,
              job.finishedAt !== undefined && !isDisabled && (
                <Button
                  key="again"
                  kind="quiet"
                  isBusy={isBusy}
                  aria-label={`Send again: ${job.title}`}
                  onClick={() => change(() => api.jobs.restart.mutate({ id: job.id }))}
                >
                  Send again
                </Button>
              ),
            ],
          }))}
        />
      )}
    </section>
  );
}

function answerOf({ result, error, attempt, mostAttempts, state, runAt }: JobView): string {
  const { status, reason } = (result ?? {}) as { status?: number; reason?: string };
  if (status !== undefined) return String(status);
  if (reason !== undefined) return reason;
  if (error === undefined) return "—";
  return state === "queued" && runAt !== undefined ? `${error.message} Attempt ${attempt + 1} of ${mostAttempts} after ${formatTime(runAt)}.` : error.message;
}

function tookOf({ startedAt, finishedAt }: JobView) {
  if (startedAt === undefined || finishedAt === undefined) return null;
  return <small>took {Date.parse(finishedAt) - Date.parse(startedAt)} ms</small>;
}
