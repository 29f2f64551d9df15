import type { Metadata } from "next";
import { ButtonLink } from "../../components/button.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { formatPlural } from "../../format/format-count.ts";
import { formatTime } from "../../format/format-date.ts";
import { permits } from "../../people/actor.ts";
import { pageActor, pageApi } from "../../people/page-actor.ts";

export const metadata: Metadata = { title: "Releases" };

const onPage = 50;

/** Everything that was ever published. */
export default async function ReleasesPage({ searchParams }: { searchParams: Promise<{ before?: string | string[] }> }) {
  const { before: given } = await searchParams;
  const before = typeof given === "string" && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
  const [actor, api] = await Promise.all([pageActor(), pageApi()]);
  const releases = await api.releases.list({ limit: onPage, ...(before !== undefined && { before }) });
  const last = releases.at(-1);
  return (
    <>
      <PageHead title="Releases" lead="What this hub published, each signed and never changed. A channel serves one of them.">
        {actor && permits(actor, "admin") && <ButtonLink href="/admin/webhooks">Webhooks</ButtonLink>}
        {actor && permits(actor, "reviewer") && (
          <ButtonLink href="/releases/publish" kind="primary">
            Publish a release
          </ButtonLink>
        )}
      </PageHead>
      {releases.length === 0 ? (
        <Notice title={before === undefined ? "Nothing is published yet" : "There is nothing older"}>
          <p>
            <a href="/releases">See the newest</a>
          </p>
        </Notice>
      ) : (
        <DataTable
          caption="Releases, newest first"
          columns={["Release", "Published", "By", "Models", "Note"]}
          rows={releases.map(({ number, publishedAt, publishedBy, channel, servedBy, modelCount, note, restores }) => ({
            key: String(number),
            cells: [
              <>
                <a href={`/releases/${number}`}>Release {number}</a>
                <small>{servedBy.length > 0 ? `served by ${servedBy.join(" and ")}` : `made for ${channel}`}</small>
              </>,
              formatTime(publishedAt),
              publishedBy ?? "the hub",
              formatPlural(modelCount, "model"),
              note ?? (restores === undefined ? "–" : `Restores release ${restores}.`),
            ],
          }))}
        />
      )}
      {releases.length === onPage && last && last.number > 1 && (
        <p>
          <a href={`/releases?before=${last.number}`}>Older releases</a>
        </p>
      )}
    </>
  );
}
