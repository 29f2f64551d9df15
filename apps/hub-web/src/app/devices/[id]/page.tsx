import type { Metadata } from "next";
import { cache } from "react";
import { createApiCaller } from "../../../api/api-router.ts";
import { ButtonLink } from "../../../components/button.tsx";
import { DeviceFigures, systemText } from "../../../components/device-figures.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { currentHub } from "../../../hub/current-hub.ts";
import { permits } from "../../../people/actor.ts";
import { pageActor } from "../../../people/page-actor.ts";
import { orNotFound } from "../../or-not-found.ts";
import styles from "../page.module.css";

interface DevicePageProps {
  readonly params: Promise<{ id: string }>;
}

const findDevice = cache(async (id: string) => createApiCaller({ hub: currentHub() }).devices.byId({ id }).catch(orNotFound));

export async function generateMetadata({ params }: DevicePageProps): Promise<Metadata> {
  return { title: (await findDevice((await params).id)).name };
}

export default async function DevicePage({ params }: DevicePageProps) {
  const [device, actor] = await Promise.all([findDevice((await params).id), pageActor()]);
  const { id, name, chip, identifiers } = device;
  const lead = [chip, systemText(device)].filter(Boolean).join(", ");
  return (
    <>
      <PageHead trail={[{ name: "Devices", href: "/devices" }]} title={name} {...(lead && { lead })}>
        {actor && permits(actor, "curator") && <ButtonLink href={`/devices/${id}/edit`}>Edit</ButtonLink>}
        <ButtonLink href={`/matrix?device=${id}&fits=${id}`}>What runs here</ButtonLink>
        <ButtonLink href={`/recommend?device=${id}`} kind="primary">
          What suits it best
        </ButtonLink>
      </PageHead>
      <p className={styles.facts}>
        <code>{id}</code>
        {identifiers && identifiers.length > 0 && (
          <>
            {" "}
            · the system calls it <code>{identifiers.join(", ")}</code>
          </>
        )}
      </p>
      <DeviceFigures device={device} />
    </>
  );
}
