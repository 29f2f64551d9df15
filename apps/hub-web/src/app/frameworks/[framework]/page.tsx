import type { FrameworkProfile } from "@tenfold/catalog";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { createApiCaller } from "../../../api/api-router.ts";
import { FrameworkPlatforms } from "../../../components/framework-platforms.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { Tags } from "../../../components/tags.tsx";
import { formatPlural } from "../../../format/format-count.ts";
import { frameworkProfiles } from "../../../frameworks/framework-profiles.ts";
import { memoryInWords } from "../../../frameworks/memory-in-words.ts";
import { currentHub } from "../../../hub/current-hub.ts";
import styles from "./page.module.css";

interface Props {
  readonly params: Promise<{ framework: string }>;
}

async function profileOf(params: Props["params"]): Promise<FrameworkProfile> {
  const { framework } = await params;
  return frameworkProfiles.find((profile) => encodeURIComponent(profile.framework) === framework) ?? notFound();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await profileOf(params)).name };
}

/** One framework: what it loads, where it runs, what it needs and what it keeps in memory. */
export default async function FrameworkPage({ params }: Props) {
  const profile = await profileOf(params);
  const { formats: published } = await createApiCaller({ hub: currentHub() }).models.facets();
  const countOf = (format: string) => published.find(({ value }) => value === format)?.count ?? 0;
  return (
    <>
      <PageHead trail={[{ name: "Frameworks", href: "/frameworks" }]} title={profile.name} lead={<code>npm install {profile.package}</code>} />
      <dl className={styles.facts}>
        <Fact name="Licence">{profile.licence}</Fact>
        <Fact name="Account">{profile.authentication ? `needs an ${profile.authentication.name} of its maker` : "none needed"}</Fact>
        <Fact name="Home page">
          <a href={profile.homepage}>{new URL(profile.homepage).host}</a>
        </Fact>
      </dl>
      <section className={styles.section} aria-labelledby="models">
        <h2 id="models">Models</h2>
        <ul className={styles.formats}>
          {profile.formats.map((format) => (
            <li key={format}>
              <code>{format}</code>{" "}
              {countOf(format) > 0 ? (
                <a href={`/?format=${encodeURIComponent(format)}`}>
                  {formatPlural(countOf(format), "model")} <span className="visually-hidden">in {format}</span>
                </a>
              ) : (
                <span className={styles.quiet}>no model published yet</span>
              )}
            </li>
          ))}
        </ul>
        {profile.quantizations && (
          <>
            <h3>Quantizations</h3>
            <Tags label="Quantizations" values={profile.quantizations} />
          </>
        )}
        {profile.architectures && (
          <>
            <h3>Architectures</h3>
            <Tags label="Architectures" values={profile.architectures} />
          </>
        )}
      </section>
      <section className={styles.section} aria-labelledby="platforms">
        <h2 id="platforms">Where it runs</h2>
        <FrameworkPlatforms profile={profile} />
      </section>
      <section className={styles.section} aria-labelledby="memory">
        <h2 id="memory">Memory</h2>
        <ul className={styles.words}>
          {memoryInWords(profile).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
