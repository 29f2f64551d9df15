import type { Metadata } from "next";
import { headers } from "next/headers";
import { cache } from "react";
import { createApiCaller } from "../../../api/api-router.ts";
import { ModelFacts } from "../../../components/model-facts.tsx";
import { UseModel } from "../../../components/use-model.tsx";
import { VariantCard } from "../../../components/variant-card.tsx";
import { formatPlural } from "../../../format/format-count.ts";
import { hubAddress } from "../../../http/hub-address.ts";
import { currentHub } from "../../../hub/current-hub.ts";
import { orNotFound } from "../../or-not-found.ts";
import styles from "./page.module.css";

interface ModelPageProps {
  readonly params: Promise<{ id: string }>;
}

/** Once for each request: the title and the page both need it. */
const findModel = cache(async (id: string) => createApiCaller({ hub: currentHub() }).models.byId({ id }).catch(orNotFound));

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  const { manifest } = await findModel((await params).id);
  return { title: manifest.name, description: manifest.description };
}

export default async function ModelPage({ params }: ModelPageProps) {
  const model = await findModel((await params).id);
  const { id, name, publisher, description, variants, deprecated } = model.manifest;
  const { revocations } = model;
  // Nobody is led to what clients refuse.
  const isRevoked = revocations.some(({ variant }) => variant === undefined);
  const revokedVariants = new Set(revocations.map(({ variant }) => variant));
  const hubUrl = hubAddress(currentHub().publicUrl, (await headers()).get("host"));
  const isMirrored = variants.some(({ artifacts }) => artifacts.some(({ sources }) => sources.some(({ kind }) => kind === "hub")));
  const [file, ...others] = variants[0]?.artifacts ?? [];
  const isHere = file?.sources.some(({ kind }) => kind === "hub") && others.length === 0;
  const download =
    isHere && !revokedVariants.has(variants[0]?.id) && file?.sha256 && file.sizeBytes
      ? { sha256: file.sha256.value, name: file.path.split("/").at(-1) ?? file.path, sizeBytes: file.sizeBytes.value }
      : undefined;
  return (
    <article>
      <nav className={styles.path} aria-label="Breadcrumb">
        <a href="/">Models</a> <span aria-hidden="true">/</span> <code>{id}</code>
      </nav>
      <header className={styles.head}>
        <h1>{name}</h1>
        <p className={styles.publisher}>by {publisher}</p>
        {revocations.map(({ variant, reason }) => (
          <p key={`${variant} ${reason}`} className={styles.revoked}>
            <strong>{variant === undefined ? "Revoked." : `${variant} is revoked.`}</strong> {reason} Clients refuse it.
          </p>
        ))}
        {deprecated && (
          <p className={styles.deprecated}>
            <strong>Deprecated.</strong> {deprecated.reason}
          </p>
        )}
      </header>
      <div className={styles.columns}>
        <div className={styles.about}>
          <p className={styles.description}>{description}</p>
          {!isRevoked && <UseModel id={id} hubUrl={hubUrl} isMirrored={isMirrored} {...(download && { download })} />}
        </div>
        <ModelFacts model={model} />
        <section className={styles.variants} aria-labelledby="variants">
          <h2 id="variants">
            Variants <span>{formatPlural(variants.length, "variant")}, the first is the default</span>
          </h2>
          <p>
            <a href={`/matrix?model=${id}`}>Where they run</a>
          </p>
          {variants.map((variant, place) => (
            <VariantCard key={variant.id} variant={variant} isDefault={place === 0} isRevoked={revokedVariants.has(variant.id)} />
          ))}
        </section>
      </div>
    </article>
  );
}
