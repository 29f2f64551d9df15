import type { Metadata } from "next";
import { JobsTable } from "../../../components/jobs-table.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { pageApi, requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "Jobs" };

/** What the hub is doing, and did. */
export default async function JobsPage() {
  await requireRole("viewer", "/curate/jobs");
  const jobs = await (await pageApi()).jobs.list({ limit: 100 });
  return (
    <>
      <PageHead trail={[{ name: "Curate", href: "/curate" }]} title="Jobs" lead="Verifications, and looks at where models came from." />
      <JobsTable initial={jobs} />
    </>
  );
}
