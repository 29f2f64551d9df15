import type { Device } from "@tenfold/catalog";
import type { Metadata } from "next";
import { ButtonLink } from "../../components/button.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { memoryText, systemText } from "../../components/device-figures.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { formatBytes } from "../../format/format-bytes.ts";
import { permits } from "../../people/actor.ts";
import { pageActor, pageApi } from "../../people/page-actor.ts";
import styles from "./page.module.css";

export const metadata: Metadata = {
  title: "Devices",
  description: "The phones, tablets, computers and browsers that compatibility is told of, with a source for each figure.",
};

const kinds: readonly { kind: Device["kind"]; name: string }[] = [
  { kind: "phone", name: "iPhones" },
  { kind: "tablet", name: "iPads" },
  { kind: "computer", name: "Computers" },
  { kind: "browser", name: "Browsers" },
];

export default async function DevicesPage() {
  const [api, actor] = await Promise.all([pageApi(), pageActor()]);
  const [{ devices }, drafts] = await Promise.all([api.devices.list(), actor ? api.devices.drafts() : []]);
  return (
    <>
      <PageHead
        title="Devices"
        lead="What models run on. Every figure has a source; one that nobody knows is not given, and a live figure of the device itself comes before any of these."
      >
        {actor && permits(actor, "curator") && <ButtonLink href="/devices/new">New device</ButtonLink>}
      </PageHead>
      {drafts.length > 0 && (
        <Notice title="Waiting to be approved">
          {drafts.map(({ id, draft }) => (
            <p key={id}>
              <a href={`/devices/${id}/edit`}>{draft?.device.name ?? id}</a>, changed by {draft?.by}
            </p>
          ))}
        </Notice>
      )}
      {kinds.map(({ kind, name }) => {
        const shown = devices.filter((device) => device.kind === kind);
        if (shown.length === 0) return null;
        return (
          <section key={kind} className={styles.kind} aria-labelledby={kind}>
            <h2 id={kind}>
              {name} <span>{shown.length}</span>
            </h2>
            <DataTable
              caption={name}
              columns={["Device", "Chip", "Memory", "One application", "System", "Runs"]}
              rows={shown.map((device) => ({
                key: device.id,
                cells: [
                  <a key="name" href={`/devices/${device.id}`}>
                    {device.name}
                  </a>,
                  device.chip ?? "–",
                  device.memoryBytes ? memoryText(device.memoryBytes.value) : "not known",
                  device.applicationMemoryBytes ? formatBytes(device.applicationMemoryBytes.usual.value) : "not known",
                  systemText(device) ?? "–",
                  <a key="best" href={`/recommend?device=${device.id}`} aria-label={`what suits it: ${device.name}`}>
                    what suits it
                  </a>,
                ],
              }))}
            />
          </section>
        );
      })}
    </>
  );
}
