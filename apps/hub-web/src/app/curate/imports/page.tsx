import type { Metadata } from "next";
import { CredentialsForm } from "../../../components/credentials-form.tsx";
import { ImportForm } from "../../../components/import-form.tsx";
import { ListForm } from "../../../components/list-form.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { UploadForm } from "../../../components/upload-form.tsx";
import { currentHub } from "../../../hub/current-hub.ts";
import { permits } from "../../../people/actor.ts";
import { pageApi, requireRole } from "../../../people/page-actor.ts";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Import" };

/** Where models come from: a repository, an address, a file, a list. Nothing is changed until somebody has seen what would be. */
export default async function ImportsPage() {
  const actor = await requireRole("curator", "/curate/imports");
  const { host } = new URL(currentHub().importer.endpoint);
  const credentials = await (await pageApi()).imports.credentials();
  return (
    <>
      <PageHead
        trail={[{ name: "Curate", href: "/curate" }]}
        title="Import a model"
        lead="Nothing is written before you have seen every field that would change."
      />
      <ImportForm host={host} />
      <div className={styles.others}>
        <details>
          <summary>Upload a file</summary>
          <UploadForm />
        </details>
        <details>
          <summary>Paste a list</summary>
          <ListForm />
        </details>
        <details>
          <summary>Sign in to other servers</summary>
          <CredentialsForm credentials={credentials} endpoint={currentHub().importer.endpoint} canChange={permits(actor, "admin")} />
        </details>
      </div>
    </>
  );
}
