import type { Metadata } from "next";
import { DataTable } from "../../../components/data-table.tsx";
import { Digest } from "../../../components/digest.tsx";
import { Notice } from "../../../components/notice.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { SweepButton } from "../../../components/sweep-button.tsx";
import { formatBytes } from "../../../format/format-bytes.ts";
import { formatTime } from "../../../format/format-date.ts";
import { pageApi, requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "Sweep" };

/** What nobody needs any more. */
export default async function SweepPage() {
  await requireRole("admin", "/admin/sweep");
  const { jobs, uploads, transfers, unused, strays, keeping } = await (await pageApi()).upkeep.planSweep();
  const kept = (days: number) => (days === 0 ? "for ever" : `for ${days} days`);
  const rows = [
    ...uploads.map(({ id, name, sizeBytes }) => ({ key: id, what: "an upload that was broken off", name, size: formatBytes(sizeBytes) })),
    ...transfers.map(({ name, begunAt }) => ({ key: name, what: `a transfer to the storage, begun on ${formatTime(begunAt)}`, name, size: "–" })),
    ...unused.map(({ sha256, sizeBytes }) => ({ key: sha256, what: "a file that nothing names", sha256, size: formatBytes(sizeBytes) })),
    ...strays.map(({ sha256, sizeBytes }) => ({ key: sha256, what: "a file that was never finished", sha256, size: formatBytes(sizeBytes) })),
  ];
  return (
    <>
      <PageHead
        title="Sweep"
        lead={`What nobody needs any more. The hub removes it once a day: jobs that ended are kept ${kept(keeping.jobsDays)}, files that nothing names ${kept(keeping.unusedDays)}, uploads that nobody goes on with for a week. What a release has ever named stays.`}
      >
        {jobs + rows.length > 0 && <SweepButton />}
      </PageHead>
      {jobs > 0 && <p>{`${jobs === 1 ? "One job" : `${jobs} jobs`} that ended long ago would be removed, with the log. Evidence stays.`}</p>}
      {rows.length === 0 ? (
        <Notice title="Nothing lies about">
          <p>Every file is named by a draft, a proposal or a release{jobs === 0 && ", and no job is old enough to be removed"}.</p>
        </Notice>
      ) : (
        <DataTable
          caption="What would be removed"
          columns={["What", "Which", "Size"]}
          rows={rows.map(({ key, what, size, ...which }) => ({
            key,
            cells: [what, "sha256" in which ? <Digest key="which" sha256={which.sha256} label="the digest" /> : <code key="which">{which.name}</code>, size],
          }))}
        />
      )}
    </>
  );
}
