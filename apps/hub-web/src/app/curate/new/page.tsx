import type { Metadata } from "next";
import { ModelForm } from "../../../components/model-form.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "New model" };

export default async function NewModelPage() {
  await requireRole("curator", "/curate/new");
  return (
    <>
      <PageHead
        trail={[{ name: "Curate", href: "/curate" }]}
        title="New model"
        lead="Write what you know. What nobody knows stays empty: it is never guessed."
      />
      <ModelForm
        revision={0}
        model={{ id: "", name: "", publisher: "", description: "", licence: { id: "", gated: false }, capabilities: ["chat"], variants: [] }}
      />
    </>
  );
}
