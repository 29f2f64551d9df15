import type { Metadata } from "next";
import { InviteForm } from "../../../components/invite-form.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { PeopleTable } from "../../../components/people-table.tsx";
import { formatDate, formatTime } from "../../../format/format-date.ts";
import { pageApi, requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage() {
  const actor = await requireRole("admin", "/admin/people");
  const { people } = await pageApi();
  const [users, invitations] = await Promise.all([people.list(), people.invitations()]);
  return (
    <>
      <PageHead
        title="People"
        lead="Viewers see drafts, curators edit, reviewers approve, publish and revoke, administrators look after the hub. Each may do what the ones before may."
      />
      <InviteForm />
      <PeopleTable
        self={actor.userId}
        users={users.map((user) => ({ ...user, lastSeenAt: user.lastSeenAt === undefined ? "never" : formatTime(user.lastSeenAt) }))}
        invitations={invitations.map((one) => ({ ...one, expiresAt: formatDate(one.expiresAt) }))}
      />
    </>
  );
}
