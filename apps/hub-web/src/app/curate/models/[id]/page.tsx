import { manifestSchema } from "@tenfold/catalog";
import type { Metadata } from "next";
import { cache } from "react";
import { ButtonLink } from "../../../../components/button.tsx";
import { DraftEvents } from "../../../../components/draft-events.tsx";
import { ModelEvidence } from "../../../../components/model-evidence.tsx";
import { FieldChanges } from "../../../../components/field-changes.tsx";
import { PageHead } from "../../../../components/page-head.tsx";
import { ReviewActions } from "../../../../components/review-actions.tsx";
import { StatusBadge } from "../../../../components/status-badge.tsx";
import { VariantCard } from "../../../../components/variant-card.tsx";
import type { DraftPage } from "../../../../curation/read-draft.ts";
import { formatTime } from "../../../../format/format-date.ts";
import { permits } from "../../../../people/actor.ts";
import { pageApi, requireRole } from "../../../../people/page-actor.ts";
import { orNotFound } from "../../../or-not-found.ts";
import styles from "./page.module.css";

interface Props {
  readonly params: Promise<{ id: string }>;
}

const find = cache(async (id: string) => (await pageApi()).curation.byId({ id }).catch(orNotFound));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  await requireRole("viewer", `/curate/models/${id}`);
  return { title: `${(await find(id)).draft.name} · Curate` };
}

/** A model for those who work on it: where it stands, what has changed, who said what. */
export default async function DraftModelPage({ params }: Props) {
  const { id } = await params;
  const actor = await requireRole("viewer", `/curate/models/${id}`);
  const page = await find(id);
  const { draft, status, revision, changes, hasApproved, authorIds, events, review } = page;
  const isAuthor = authorIds.includes(actor.userId) || review?.requestedById === actor.userId;
  const api = await pageApi();
  const [verifications, drifts] = await Promise.all([api.jobs.verifications({ modelId: id, limit: 200 }), api.jobs.drifts({ modelId: id })]);
  const missing = manifestSchema.safeParse(draft).error?.issues ?? [];
  return (
    <>
      <PageHead
        trail={[{ name: "Curate", href: "/curate" }]}
        title={draft.name || id}
        lead={
          <>
            <StatusBadge status={page.statusName} /> revision {revision}, {draft.publisher}
            {status.published !== "no" && (
              <>
                {" · "}
                <a href={`/models/${id}`}>as it is published</a>
              </>
            )}
          </>
        }
      >
        {permits(actor, "curator") && <ButtonLink href={`/curate/models/${id}/edit`}>Edit</ButtonLink>}
      </PageHead>
      <section className={styles.next} aria-labelledby="next">
        <h2 id="next">What comes next</h2>
        <p>{nextStep(page, isAuthor)}</p>
        {missing.length > 0 && (
          <ul className={styles.missing}>
            {missing.slice(0, 8).map(({ path, message }) => (
              <li key={`${path.join(".")} ${message}`}>
                <code>{path.join(".")}</code>: {message}
              </li>
            ))}
          </ul>
        )}
        <ReviewActions
          id={id}
          name={draft.name}
          revision={revision}
          state={status.state}
          canCurate={permits(actor, "curator")}
          canReview={permits(actor, "reviewer")}
          isComplete={missing.length === 0}
          isPublished={status.published !== "no"}
          isUnpublished={page.statusName === "approved"}
          canDiscard={!page.wasPublished}
          isRevoked={status.isRevoked}
          variants={draft.variants.map((variant) => variant.id)}
        />
      </section>
      <div className={styles.columns}>
        <div className={styles.main}>
          {hasApproved && (
            <section aria-labelledby="changes">
              <h2 id="changes">Changes since it was approved</h2>
              {changes.length === 0 ? <p className={styles.quiet}>None: this is what was approved.</p> : <FieldChanges changes={changes} label="Changed fields" />}
            </section>
          )}
          <section aria-labelledby="variants" className={styles.variants}>
            <h2 id="variants">Variants</h2>
            {draft.variants.length === 0 && <p className={styles.quiet}>None yet. A model needs one to be reviewed.</p>}
            {draft.variants.map((variant, place) => (
              <VariantCard key={variant.id} variant={variant} isDefault={place === 0} />
            ))}
          </section>
          <ModelEvidence
            modelId={id}
            variants={draft.variants.map((variant) => variant.id)}
            verifications={verifications}
            drifts={drifts}
            canCurate={permits(actor, "curator")}
          />
        </div>
        <section aria-labelledby="history" className={styles.history}>
          <h2 id="history">History</h2>
          <DraftEvents events={events.map((event) => ({ ...event, at: formatTime(event.at) }))} />
        </section>
      </div>
    </>
  );
}

function nextStep({ statusName, hasApproved, review, status }: DraftPage, isAuthor: boolean): string {
  if (statusName === "revoked") return "This model is revoked: clients refuse it, whatever is published.";
  if (statusName === "in review") {
    const who = `${review?.requestedBy ?? "Somebody"} asked for a review.`;
    return isAuthor ? `${who} You wrote a part of it: somebody else has to approve it, unless you are alone in this hub.` : `${who} Look at what changed, and approve it or give it back.`;
  }
  if (statusName === "draft") {
    if (!hasApproved) return "Nothing of it is approved. When it is complete, ask for a review.";
    return `Releases go on publishing what was approved${status.published === "no" ? "" : " before"}. When the changes are complete, ask for a review.`;
  }
  if (statusName === "approved") return "The next release publishes it.";
  return statusName === "deprecated" ? "It is published, with the advice not to begin with it." : "It is published as it stands.";
}
