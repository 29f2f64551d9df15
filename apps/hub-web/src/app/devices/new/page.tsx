import type { Metadata } from "next";
import { DeviceForm } from "../../../components/device-form.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { requireRole } from "../../../people/page-actor.ts";

export const metadata: Metadata = { title: "New device" };

export default async function NewDevicePage() {
  await requireRole("curator", "/devices/new");
  return (
    <>
      <PageHead trail={[{ name: "Devices", href: "/devices" }]} title="New device" lead="Give a source for each figure, and leave out what nobody knows." />
      <DeviceForm revision={0} device={{ id: "", name: "", kind: "phone" }} />
    </>
  );
}
