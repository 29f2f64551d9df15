"use client";

import { artifactRoleSchema } from "@tenfold/catalog";
import type { ArtifactEdit, SourceEdit } from "../curation/model-edit.ts";
import { Button } from "./button.tsx";
import { NumberField, SelectField, TextField } from "./fields.tsx";
import styles from "./model-form.module.css";
import { useRows } from "./use-rows.ts";
import { textOrNothing, withoutNothing } from "./without-nothing.ts";

/** The files of a variant. */
export function ArtifactFields({ artifacts, onChange }: { artifacts: readonly ArtifactEdit[]; onChange: (artifacts: ArtifactEdit[]) => void }) {
  const { rows, add, replace, remove } = useRows(artifacts, onChange);
  return (
    <div className={styles.files}>
      {rows.map(({ item: artifact, key }, place) => (
        <fieldset key={key} className={styles.file}>
          <legend className={styles.path}>{artifact.path || "New file"}</legend>
          <div className={styles.grid}>
            <TextField label="Path" value={artifact.path} onChange={(path) => replace(place, { ...artifact, path })} isCode required />
            <SelectField label="Role" value={artifact.role} options={artifactRoleSchema.options} onChange={(role) => replace(place, { ...artifact, role })} />
            <NumberField
              label="Size, in bytes"
              value={artifact.sizeBytes}
              onChange={(sizeBytes) => replace(place, withoutNothing({ ...artifact, sizeBytes }))}
            />
            <TextField
              label="SHA-256"
              hint="What you write is claimed by you; only reading the file verifies."
              value={artifact.sha256 ?? ""}
              onChange={(sha256) => replace(place, withoutNothing({ ...artifact, sha256: textOrNothing(sha256) }))}
              isCode
              maxLength={64}
            />
          </div>
          {artifact.archive && <p className={styles.note}>An archive of {artifact.archive.members.length} files, which stay as they are listed.</p>}
          <SourceFields sources={artifact.sources} onChange={(sources) => replace(place, { ...artifact, sources })} />
          <div className={styles.buttons}>
            <Button kind="quiet" onClick={() => remove(place)}>
              Remove the file
            </Button>
          </div>
        </fieldset>
      ))}
      <Button onClick={() => add({ path: "", role: "weights", sources: [] })}>Add a file</Button>
    </div>
  );
}

const kinds = [
  { value: "hub", name: "This hub" },
  { value: "https", name: "An address" },
  { value: "hugging-face", name: "Hugging Face" },
] as const;

/** Where a file can be had, in the order in which clients try. */
function SourceFields({ sources, onChange }: { sources: readonly SourceEdit[]; onChange: (sources: SourceEdit[]) => void }) {
  const change = (place: number, source: SourceEdit) => onChange(sources.map((one, other) => (other === place ? source : one)));
  return (
    <div className={styles.sources}>
      {sources.map((source, place) => (
        <div key={place} className={styles.source}>
          <SelectField label={`Source ${place + 1}`} value={source.kind} options={kinds} onChange={(kind) => change(place, emptySource(kind))} />
          {source.kind === "https" && (
            <TextField label="Address" type="url" value={source.url} onChange={(url) => change(place, { ...source, url })} isCode required />
          )}
          {source.kind === "hugging-face" && (
            <>
              <TextField
                label="Repository"
                value={source.repository}
                onChange={(repository) => change(place, { ...source, repository })}
                placeholder="owner/name"
                isCode
                required
              />
              <TextField label="File" value={source.path} onChange={(path) => change(place, { ...source, path })} isCode required />
              <TextField
                label="Commit"
                value={source.revision ?? ""}
                onChange={(revision) => change(place, withoutNothing({ ...source, revision: textOrNothing(revision) }))}
                isCode
                maxLength={40}
              />
            </>
          )}
          <Button kind="quiet" aria-label={`Remove source ${place + 1}`} onClick={() => onChange(sources.filter((_, other) => other !== place))}>
            Remove
          </Button>
        </div>
      ))}
      <Button kind="quiet" onClick={() => onChange([...sources, emptySource("https")])}>
        Add a source
      </Button>
    </div>
  );
}

function emptySource(kind: SourceEdit["kind"]): SourceEdit {
  if (kind === "hub") return { kind };
  return kind === "https" ? { kind, url: "" } : { kind, repository: "", path: "" };
}
