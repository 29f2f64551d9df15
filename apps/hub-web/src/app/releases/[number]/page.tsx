import type { Metadata } from "next";
import { cache } from "react";
import { Digest } from "../../../components/digest.tsx";
import { ModelChanges } from "../../../components/model-changes.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { RestoreButton } from "../../../components/restore-button.tsx";
import { formatPlural } from "../../../format/format-count.ts";
import { formatTime } from "../../../format/format-date.ts";
import { permits } from "../../../people/actor.ts";
import { pageActor, pageApi } from "../../../people/page-actor.ts";
import { orNotFound } from "../../or-not-found.ts";
import styles from "./page.module.css";

interface Props {
  readonly params: Promise<{ number: string }>;
}

const find = cache(async (number: string) => (await pageApi()).releases.byNumber({ number: /^\d{1,9}$/.test(number) ? Number(number) : 0 }).catch(orNotFound));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Release ${(await find((await params).number)).number}` };
}

export default async function ReleasePage({ params }: Props) {
  const release = await find((await params).number);
  const actor = await pageActor();
  const { number, publishedAt, publishedBy, channel, servedBy, note, restores, modelCount, sha256, approvedByAuthor, revocations, previous, changes } = release;
  const mayRestore = actor !== undefined && permits(actor, "reviewer") && !servedBy.includes(channel);
  return (
    <>
      <PageHead
        trail={[{ name: "Releases", href: "/releases" }]}
        title={`Release ${number}`}
        lead={note ?? (restores === undefined ? undefined : `Brings back what release ${restores} published.`)}
      >
        {mayRestore && <RestoreButton number={number} channel={channel} />}
      </PageHead>
      <dl className={styles.facts}>
        <Fact name="Published">{formatTime(publishedAt)}</Fact>
        <Fact name="By">{publishedBy ?? "the hub"}</Fact>
        <Fact name="Channel">{servedBy.length > 0 ? `served by ${servedBy.join(" and ")}` : `made for ${channel}`}</Fact>
        <Fact name="Models">{formatPlural(modelCount, "model")}</Fact>
        <Fact name="Document">
          <Digest sha256={sha256} label="the release's SHA-256" /> <a href={`/catalog/sha256/${sha256}`}>JSON</a>
        </Fact>
        {restores !== undefined && (
          <Fact name="Restores">
            <a href={`/releases/${restores}`}>Release {restores}</a>
          </Fact>
        )}
      </dl>
      {approvedByAuthor.length > 0 && (
        <p className={styles.alone}>
          <strong>Approved by their author alone:</strong> {approvedByAuthor.join(", ")}. This hub had one user, so that nobody else looked at them.
        </p>
      )}
      <section className={styles.section} aria-labelledby="changes">
        <h2 id="changes">{previous === undefined ? "What it published first" : "What it changed"}</h2>
        {previous !== undefined && (
          <p className={styles.quiet}>
            Compared with <a href={`/releases/${previous}`}>release {previous}</a>, the one before it in {channel}.
          </p>
        )}
        <ModelChanges changes={changes} />
      </section>
      {revocations.length > 0 && (
        <section className={styles.section} aria-labelledby="revoked">
          <h2 id="revoked">Revoked</h2>
          <ul className={styles.revoked}>
            {revocations.map(({ model, variant, sha256: file, reason, at }) => (
              <li key={`${model} ${variant} ${file} ${at}`}>
                <code>{model === undefined ? file : variant === undefined ? model : `${model}:${variant}`}</code>
                <p>{reason}</p>
                <small>{formatTime(at)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
