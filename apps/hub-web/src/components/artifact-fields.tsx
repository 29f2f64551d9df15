"use client";

import { artifactRoleSchema } from "@tenfold/catalog";
import { useState } from "react";
import type { ArtifactEdit, SourceEdit } from "../curation/model-edit.ts";
import { Button } from "./button.tsx";
import { NumberField, SelectField, TextField } from "./fields.tsx";
import styles from "./model-form.module.css";

/** The files of a variant. */
export function ArtifactFields({ artifacts, onChange }: { artifacts: readonly ArtifactEdit[]; onChange: (artifacts: ArtifactEdit[]) => void }) {
  const [keys, setKeys] = useState(() => artifacts.map((_, place) => place));
  const [nextKey, setNextKey] = useState(artifacts.length);
  const change = (place: number, artifact: ArtifactEdit) => onChange(artifacts.map((one, other) => (other === place ? artifact : one)));
  const remove = (place: number) => {
    setKeys(keys.filter((_, other) => other !== place));
    onChange(artifacts.filter((_, other) => other !== place));
  };
  return (
    <div className={styles.files}>
      {artifacts.map((artifact, place) => (
        <fieldset key={keys[place]} className={styles.file}>
          <legend className={styles.path}>{artifact.path || "New file"}</legend>
          <div className={styles.grid}>
            <TextField label="Path" value={artifact.path} onChange={(path) => change(place, { ...artifact, path })} isCode required />
            <SelectField label="Role" value={artifact.role} options={artifactRoleSchema.options} onChange={(role) => change(place, { ...artifact, role })} />
            <NumberField label="Size, in bytes" value={artifact.sizeBytes} onChange={(sizeBytes) => change(place, known({ ...artifact, sizeBytes }))} />
            <TextField
              label="SHA-256"
              hint="What you write is claimed by you; only reading the file verifies."
              value={artifact.sha256 ?? ""}
              onChange={(sha256) => change(place, known({ ...artifact, sha256: sha256 === "" ? undefined : sha256 }))}
              isCode
              maxLength={64}
            />
          </div>
          {artifact.archive && <p className={styles.note}>An archive of {artifact.archive.members.length} files, which stay as they are listed.</p>}
          <SourceFields sources={artifact.sources} onChange={(sources) => change(place, { ...artifact, sources })} />
          <div className={styles.buttons}>
            <Button kind="quiet" onClick={() => remove(place)}>
              Remove the file
            </Button>
          </div>
        </fieldset>
      ))}
      <Button
        onClick={() => {
          setKeys([...keys, nextKey]);
          setNextKey(nextKey + 1);
          onChange([...artifacts, { path: "", role: "weights", sources: [] }]);
        }}
      >
        Add a file
      </Button>
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
                onChange={(revision) => change(place, known({ ...source, revision: revision === "" ? undefined : revision }))}
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

function known<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
