import type { Metadata } from "next";
import { DataTable } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { platformNames, platforms, SupportBadge } from "../../components/platform-support.tsx";
import { Tags } from "../../components/tags.tsx";
import { frameworkProfiles } from "../../frameworks/framework-profiles.ts";

export const metadata: Metadata = { title: "Frameworks" };

/** What loads models, where it runs, and what it takes. */
export default function FrameworksPage() {
  return (
    <>
      <PageHead
        title="Frameworks"
        lead="What runs the models, and where. Runs: a test of Tenfold’s generates text with it there. Prepared: it is built for that place, and nobody has seen it answer there yet."
      />
      <DataTable
        caption="Frameworks, and where each runs"
        columns={["Framework", "Formats", ...platforms.map((platform) => platformNames[platform]), "Licence"]}
        rows={frameworkProfiles.map((profile) => ({
          key: profile.framework,
          cells: [
            <>
              <a href={`/frameworks/${encodeURIComponent(profile.framework)}`}>{profile.name}</a>
              <small>{profile.package}</small>
            </>,
            <Tags key="formats" label={`Formats of ${profile.name}`} values={profile.formats} />,
            ...platforms.map((platform) => <SupportBadge key={platform} support={profile.platforms[platform]} />),
            <>
              {profile.licence}
              {profile.authentication && <small>needs an {profile.authentication.name}</small>}
            </>,
          ],
        }))}
      />
    </>
  );
}
