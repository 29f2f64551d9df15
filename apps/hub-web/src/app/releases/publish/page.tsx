import type { Metadata } from "next";
import { ModelChanges } from "../../../components/model-changes.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { PublishForm } from "../../../components/publish-form.tsx";
import { formatPlural } from "../../../format/format-count.ts";
import { pageApi, requireRole } from "../../../people/page-actor.ts";
import styles from "../[number]/page.module.css";

export const metadata: Metadata = { title: "Publish a release" };

/** What the next release would change, and the button that publishes it. */
export default async function PublishPage({ searchParams }: { searchParams: Promise<{ channel?: string | string[] }> }) {
  await requireRole("reviewer", "/releases/publish");
  const channel = (await searchParams).channel === "beta" ? "beta" : "stable";
  const { changes, current, modelCount, waiting } = await (await pageApi()).releases.preview({ channel });
  return (
    <>
      <PageHead
        trail={[{ name: "Releases", href: "/releases" }]}
        title="Publish a release"
        lead={`${current === undefined ? `The channel ${channel} serves nothing yet` : `Compared with release ${current}, which ${channel} serves now`}. ${formatPlural(modelCount, "model")} in all.`}
      />
      <PublishForm key={channel} channel={channel} current={current} hasChanges={changes.length > 0} />
      <section className={styles.section} aria-labelledby="changes">
        <h2 id="changes">What it would change</h2>
        {waiting.drafts + waiting.inReview > 0 && (
          <p className={styles.quiet}>
            {formatPlural(waiting.drafts, "draft")} and {formatPlural(waiting.inReview, "model")} in review are not part of it: <a href="/curate">see them</a>.
          </p>
        )}
        <ModelChanges changes={changes} />
      </section>
    </>
  );
}
