import type { Metadata } from "next";
import { cache } from "react";
import { JobView } from "../../../../components/job-view.tsx";
import { permits } from "../../../../people/actor.ts";
import { pageApi, requireRole } from "../../../../people/page-actor.ts";
import { orNotFound } from "../../../or-not-found.ts";

interface Props {
  readonly params: Promise<{ id: string }>;
}

const find = cache(async (id: string) => (await pageApi()).jobs.byId({ id }).catch(orNotFound));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  await requireRole("viewer", `/curate/jobs/${id}`);
  return { title: (await find(id)).job.title };
}

/** One job: how far it is, what it said, how it ended. */
export default async function JobPage({ params }: Props) {
  const { id } = await params;
  const actor = await requireRole("viewer", `/curate/jobs/${id}`);
  return <JobView initial={await find(id)} canCurate={permits(actor, "curator")} />;
}
