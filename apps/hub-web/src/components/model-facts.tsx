import { asksForConsent } from "@tenfold/catalog";
import type { ReactNode } from "react";
import type { PublishedModel } from "../catalog/find-model.ts";
import { formatParameters } from "../format/format-count.ts";
import { formatDate } from "../format/format-date.ts";
import { Digest } from "./digest.tsx";
import styles from "./model-facts.module.css";
import { Tags } from "./tags.tsx";

/** What is known of a model; what is not known has no line. */
export function ModelFacts({ model: { manifest, manifestSha256, release } }: { model: PublishedModel }) {
  const { licence, capabilities, parameterCount, contextLength, architecture, languages, homepage } = manifest;
  return (
    <aside className={styles.facts} aria-label="Facts">
      <dl>
        <Fact name="Capabilities" wide>
          <Tags label="Capabilities" values={capabilities} />
        </Fact>
        <Fact name="Licence">
          {licence.url ? <a href={licence.url}>{licence.name ?? licence.id}</a> : (licence.name ?? licence.id)}
          {asksForConsent(licence) && <small>Tenfold asks for consent before it fetches this model.</small>}
          {licence.gated && <small>Sources may ask for an account and consent.</small>}
        </Fact>
        {parameterCount !== undefined && <Fact name="Parameters">{formatParameters(parameterCount)}</Fact>}
        {contextLength !== undefined && <Fact name="Context">{new Intl.NumberFormat("en-GB").format(contextLength)} tokens</Fact>}
        {architecture !== undefined && <Fact name="Architecture">{architecture}</Fact>}
        {languages !== undefined && <Fact name="Languages">{languages.join(", ")}</Fact>}
        {homepage !== undefined && (
          <Fact name="Home page">
            <a href={homepage}>{new URL(homepage).host}</a>
          </Fact>
        )}
        <Fact name="Published">
          Release {release.number}, {formatDate(release.publishedAt)}
        </Fact>
        <Fact name="Manifest" wide>
          <Digest sha256={manifestSha256} label="the manifest's SHA-256" />
          <a href={`/catalog/sha256/${manifestSha256}`}>View as JSON</a>
        </Fact>
      </dl>
    </aside>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? styles.wide : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
