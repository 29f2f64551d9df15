import type { Metadata } from "next";
import { DeviceForm } from "../../../../components/device-form.tsx";
import { DeviceReview } from "../../../../components/device-review.tsx";
import { FieldChanges } from "../../../../components/field-changes.tsx";
import { PageHead } from "../../../../components/page-head.tsx";
import { diffDocuments } from "../../../../diff/diff-documents.ts";
import { permits } from "../../../../people/actor.ts";
import { pageApi, requireRole } from "../../../../people/page-actor.ts";
import { orNotFound } from "../../../or-not-found.ts";

export const metadata: Metadata = { title: "Edit a device" };

/** A device as curators change it: what they write waits for a reviewer. */
export default async function EditDevicePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await requireRole("curator", `/devices/${id}/edit`);
  const { content, draft, revision } = await (await pageApi()).devices.draft({ id }).catch(orNotFound);
  const device = draft?.device ?? content;
  if (!device) return null;
  return (
    <>
      <PageHead
        trail={[
          { name: "Devices", href: "/devices" },
          { name: device.name, href: content ? `/devices/${id}` : "/devices" },
        ]}
        title={`Edit ${device.name}`}
        lead="Give a source for each figure, and leave out what nobody knows. A reviewer who has not written it approves it."
      />
      {draft && (
        <DeviceReview id={id} revision={revision} by={draft.by} canApprove={permits(actor, "reviewer")}>
          <FieldChanges label={`What ${draft.by} changed`} changes={diffDocuments(content, draft.device)} />
        </DeviceReview>
      )}
      <DeviceForm device={device} revision={content ? revision : 0} />
    </>
  );
}
