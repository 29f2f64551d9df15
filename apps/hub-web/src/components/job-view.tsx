"use client";

import { formatBytes } from "../format/format-bytes.ts";
import { formatTime } from "../format/format-date.ts";
import type { JobView as Job, JobLogLine } from "../jobs/job-queries.ts";
import type { Check } from "../verification/check.ts";
import { api } from "./api-client.ts";
import { Button, ButtonLink } from "./button.tsx";
import { CheckList } from "./check-list.tsx";
import { FailureNote } from "./failure-note.tsx";
import { goTo } from "./go-to.ts";
import { JobStateBadge } from "./job-state-badge.tsx";
import styles from "./job-view.module.css";
import { PageHead } from "./page-head.tsx";
import panel from "./panel.module.css";
import { useAction } from "./use-action.ts";
import { usePolled } from "./use-polled.ts";

interface Seen {
  readonly job: Job;
  readonly log: readonly JobLogLine[];
}

/** One job while it goes on, and how it ended. */
export function JobView({ initial, canCurate }: { initial: Seen; canCurate: boolean }) {
  const { run, isRunning, failure } = useAction();
  const { value, isStale, set } = usePolled<Seen>(initial, look, ({ job }) => job.finishedAt === undefined, { watch });
  const { job, log } = value;
  const cancel = () =>
    run(async () => {
      await api.jobs.cancel.mutate({ id: job.id });
      set(await look(value));
    });
  const restart = () =>
    run(async () => {
      const { id } = await api.jobs.restart.mutate({ id: job.id });
      await goTo(`/curate/jobs/${id}`);
    });
  const checks = checksOf(job);
  const proposal = proposalOf(job);
  return (
    <>
      <PageHead
        trail={[
          { name: "Curate", href: "/curate" },
          { name: "Jobs", href: "/curate/jobs" },
        ]}
        title={job.title}
        lead={
          <>
            <JobStateBadge job={job} /> {leadOf(job)}
          </>
        }
      >
        {canCurate && job.finishedAt === undefined && (
          <Button kind="danger" onClick={() => void cancel()} isBusy={isRunning || job.isEnding}>
            Cancel
          </Button>
        )}
        {canCurate && job.finishedAt !== undefined && (
          <Button onClick={() => void restart()} isBusy={isRunning}>
            Start again
          </Button>
        )}
        {canCurate && proposal !== undefined && (
          <ButtonLink href={`/curate/imports/${proposal}`} kind="primary">
            See what it would change
          </ButtonLink>
        )}
        {job.modelId !== undefined && (
          <ButtonLink href={`/curate/models/${job.modelId}`} kind={job.state === "succeeded" ? "primary" : "plain"}>
            To the model
          </ButtonLink>
        )}
      </PageHead>
      <FailureNote failure={failure} />
      <div role="status" className={styles.status}>
        {isStale && <p className={panel.quiet}>The hub cannot be reached; what is shown here may be old.</p>}
        {job.state === "running" && <Progress job={job} />}
      </div>
      {job.error && job.state !== "succeeded" && <FailureNote failure={job.error} />}
      {checks.length > 0 && (
        <section aria-labelledby="checks" className={styles.section}>
          <h2 id="checks">What was found</h2>
          <CheckList checks={checks} />
        </section>
      )}
      <section aria-labelledby="log" className={styles.section}>
        <h2 id="log">Log</h2>
        {log.length === 0 ? (
          <p className={panel.quiet}>Nothing yet.</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          <ol className={styles.log} tabIndex={0} aria-label="Log lines">
            {log.map(({ id, at, level, message }) => (
              <li key={id} data-level={level}>
                <time dateTime={at}>{at.slice(11, 19)}</time> <span>{message}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

async function look({ job, log }: Seen): Promise<Seen> {
  const next = await api.jobs.byId.query({ id: job.id, afterLine: log.at(-1)?.id ?? 0 });
  return { job: next.job, log: [...log, ...next.log] };
}

/** Told by the hub as it happens. When the line breaks, or too many watch, the page asks instead. */
function watch({ job, log }: Seen, { next, lost }: { next: (value: Seen) => void; lost: () => void }): () => void {
  let seen: Seen = { job, log };
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    subscription.unsubscribe();
    if (seen.job.finishedAt === undefined) lost();
    else next(seen);
  };
  const subscription = api.jobs.watch.subscribe(
    { id: job.id, afterLine: log.at(-1)?.id ?? 0 },
    {
      onData: (now) => {
        seen = { job: now.job, log: [...seen.log, ...now.log] };
        // A job that has ended may still have something to say; then the hub ends this.
        if (seen.job.finishedAt === undefined) next(seen);
      },
      onConnectionStateChange: ({ state, error }) => {
        if (state === "connecting" && error !== null) end();
      },
      onError: end,
      onComplete: end,
    },
  );
  return () => {
    isOver = true;
    subscription.unsubscribe();
  };
}

function Progress({ job: { progress } }: { job: Job }) {
  const { stage, doneBytes, totalBytes } = progress ?? { stage: "beginning" };
  return (
    <div className={panel.progress}>
      <span>
        {stage}
        {doneBytes !== undefined && `: ${formatBytes(doneBytes)}${totalBytes === undefined ? "" : ` of ${formatBytes(totalBytes)}`}`}
      </span>
      {totalBytes !== undefined && doneBytes !== undefined ? (
        <progress aria-label={stage} max={totalBytes} value={doneBytes} />
      ) : (
        <progress aria-label={stage} />
      )}
    </div>
  );
}

function leadOf({ createdAt, createdBy, finishedAt, attempt, mostAttempts, state, runAt }: Job): string {
  const asked = `asked for by ${createdBy ?? "the hub"} on ${formatTime(createdAt)}`;
  if (finishedAt !== undefined) return `${asked}, ended on ${formatTime(finishedAt)}`;
  if (state === "queued" && attempt > 0 && runAt !== undefined) return `${asked}; attempt ${attempt + 1} of ${mostAttempts} not before ${formatTime(runAt)}`;
  return attempt > 1 ? `${asked}; attempt ${attempt} of ${mostAttempts}` : asked;
}

/** What reading an archive led to. */
function proposalOf({ result }: Job): string | undefined {
  return typeof result === "object" && result !== null && "proposal" in result ? String(result.proposal) : undefined;
}

function checksOf({ result }: Job): readonly Check[] {
  return typeof result === "object" && result !== null && "checks" in result && Array.isArray(result.checks) ? (result.checks as Check[]) : [];
}
