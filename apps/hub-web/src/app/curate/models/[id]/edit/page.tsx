import type { Metadata } from "next";
import { ModelForm } from "../../../../../components/model-form.tsx";
import { PageHead } from "../../../../../components/page-head.tsx";
import { editOfDraft } from "../../../../../curation/edit-of-draft.ts";
import { pageApi, requireRole } from "../../../../../people/page-actor.ts";
import { orNotFound } from "../../../../or-not-found.ts";

export const metadata: Metadata = { title: "Edit a model" };

export default async function EditModelPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await requireRole("curator", `/curate/models/${id}/edit`);
  const api = await pageApi();
  const { draft, revision } = await api.curation.byId({ id }).catch(orNotFound);
  return (
    <>
      <PageHead
        trail={[
          { name: "Curate", href: "/curate" },
          { name: draft.name, href: `/curate/models/${id}` },
        ]}
        title={`Edit ${draft.name}`}
        lead={`Revision ${revision}. Saving makes it a draft; releases go on publishing what was approved.`}
      />
      <ModelForm revision={revision} model={editOfDraft(draft)} />
    </>
  );
}
