import type { Metadata } from "next";
import { PageHead } from "../../../components/page-head.tsx";
import { WebhookList } from "../../../components/webhook-list.tsx";
import { pageApi, requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "Webhooks" };

/** Who is told of releases, and how that went. */
export default async function WebhooksPage() {
  await requireRole("admin", "/admin/webhooks");
  const webhooks = await (await pageApi()).webhooks.list();
  return (
    <>
      <PageHead
        trail={[{ name: "Releases", href: "/releases" }]}
        title="Webhooks"
        lead="Addresses that are told of every release, signed as Standard Webhooks says. What is not answered with 2xx is tried again for some hours."
      />
      <WebhookList initial={webhooks} />
    </>
  );
}
