"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { api } from "./api-client.ts";
import { Button, ButtonLink } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { TextArea } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import { ReadyFields } from "./ready-form.tsx";
import styles from "./review-actions.module.css";
import { RevokeForm } from "./revoke-form.tsx";
import { useAction } from "./use-action.ts";

interface ReviewActionsProps {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly state: "draft" | "inReview" | "approved";
  readonly canCurate: boolean;
  readonly canReview: boolean;
  /** Whether a manifest can be made of it. */
  readonly isComplete: boolean;
  readonly isPublished: boolean;
  /** What is approved waits for a release. */
  readonly isUnpublished: boolean;
  /** Nothing of it was ever published. */
  readonly canDiscard: boolean;
  readonly isRevoked: boolean;
  readonly variants: readonly string[];
}

/** What may be done with a model as it stands, with a few words about it. */
export function ReviewActions({
  id,
  name,
  revision,
  state,
  canCurate,
  canReview,
  isComplete,
  isPublished,
  isUnpublished,
  canDiscard,
  isRevoked,
  variants,
}: ReviewActionsProps) {
  const [comment, setComment] = useState("");
  const [isRevoking, setRevoking] = useState(false);
  const router = useRouter();
  const { run, isRunning, failure } = useAction();
  const step = { id, revision, comment };
  const act = (work: () => Promise<unknown>) =>
    void run(async () => {
      await work();
      setComment("");
      router.refresh();
    });
  if (!canCurate) return null;
  return (
    <div className={styles.actions}>
      <ReadyFields>
        <TextArea label="Comment" value={comment} onChange={setComment} rows={2} maxLength={4000} />
        <FailureNote failure={failure} />
        <div className={styles.buttons}>
          {state === "draft" && (
            <Button kind="primary" isBusy={isRunning} disabled={!isComplete} onClick={() => act(() => api.curation.requestReview.mutate(step))}>
              Ask for review
            </Button>
          )}
          {state === "approved" && canReview && isUnpublished && (
            <ButtonLink kind="primary" href="/releases/publish">
              Publish a release
            </ButtonLink>
          )}
          {state === "inReview" && canReview && (
            <>
              <Button kind="primary" isBusy={isRunning} onClick={() => act(() => api.curation.approve.mutate(step))}>
                Approve
              </Button>
              <Button isBusy={isRunning} disabled={comment.trim() === ""} onClick={() => act(() => api.curation.return.mutate(step))}>
                Give back with this comment
              </Button>
            </>
          )}
          {state === "inReview" && (
            <Button isBusy={isRunning} onClick={() => act(() => api.curation.withdrawReview.mutate(step))}>
              Withdraw the review
            </Button>
          )}
          <Button isBusy={isRunning} disabled={comment.trim() === ""} onClick={() => act(() => api.curation.comment.mutate(step))}>
            {state === "draft" || state === "inReview" ? "Only comment" : "Comment"}
          </Button>
          {canReview && isPublished && !isRevoked && !isRevoking && (
            <Button kind="danger" onClick={() => setRevoking(true)}>
              Revoke…
            </Button>
          )}
          {canDiscard && state === "draft" && (
            <Button
              kind="danger"
              isBusy={isRunning}
              onClick={() => {
                if (window.confirm(`Discard ${name}? Nothing of it was published; it cannot be brought back.`)) {
                  void run(async () => {
                    await api.curation.discard.mutate({ id });
                    await goTo("/curate");
                  });
                }
              }}
            >
              Discard
            </Button>
          )}
        </div>
        {isRevoking && <RevokeForm modelId={id} name={name} variants={variants} onCancel={() => setRevoking(false)} />}
      </ReadyFields>
    </div>
  );
}
