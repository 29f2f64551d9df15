import type { Metadata } from "next";
import { JoinForm } from "../../../components/join-form.tsx";
import { Notice } from "../../../components/notice.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { currentHub } from "../../../hub/current-hub.ts";
import { type LinkPurpose, readLink } from "../../../people/links.ts";

/** The address is a secret: nobody is told of it. */
export const metadata: Metadata = { title: "Join", robots: "noindex", referrer: "no-referrer" };

export default async function JoinPage({ params }: { params: Promise<{ link: string }> }) {
  const { link } = await params;
  const { database, clock } = currentHub();
  const purpose = await readLink(database, link, clock());
  if (purpose === undefined) {
    return (
      <Notice title="This link does not work any longer" level="h1">
        <p>It was used already, or has run out. Ask an administrator for a new one.</p>
        <p>
          <a href="/sign-in">Sign in</a>
        </p>
      </Notice>
    );
  }
  return (
    <>
      <PageHead {...words(purpose)} />
      <JoinForm link={link} purpose={purpose} />
    </>
  );
}

function words(purpose: LinkPurpose): { title: string; lead: string } {
  if (purpose.kind === "first-administrator")
    return { title: "Become the administrator", lead: "Nobody has an account on this hub yet. Yours may do everything, and invite others." };
  if (purpose.kind === "invitation") return { title: "Join this hub", lead: `You were invited as ${purpose.role}: ${purpose.email}` };
  return { title: "Choose a new password", lead: `For ${purpose.name}, ${purpose.email}. It ends all sessions of yours.` };
}
