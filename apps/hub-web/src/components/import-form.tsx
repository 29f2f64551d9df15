"use client";

import { type FormEvent, useState } from "react";
import type { FoundRepository } from "../imports/create-importer.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { DataTable } from "./data-table.tsx";
import { described } from "./described.ts";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import styles from "./import-form.module.css";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** An address or a name is looked up; any other words are searched for. */
export function ImportForm({ host }: { host: string }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ text: string; repositories: readonly FoundRepository[] }>();
  const [opening, setOpening] = useState<string>();
  const { run, isRunning, failure } = useAction();

  const open = (address: string) =>
    run(async () => {
      setOpening(address);
      await goTo(described(await api.imports.describe.mutate({ address })));
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    if (isAddress(wanted)) return void open(wanted);
    void run(async () => {
      setOpening(undefined);
      setFound({ text: wanted, repositories: await api.imports.search.query({ text: wanted }) });
    });
  };

  return (
    <>
      <search>
        <ReadyForm className={styles.form} onSubmit={submit}>
          <TextField
            label={`Repository of ${host}, address of a file, or words to search for`}
            value={text}
            onChange={setText}
            placeholder="owner/name, https://…"
            maxLength={2000}
            required
          />
          <Button kind="primary" type="submit" isBusy={isRunning}>
            {isAddress(text.trim()) ? "Look up" : "Search"}
          </Button>
        </ReadyForm>
      </search>
      <p role="status" className={styles.status}>
        {isRunning && (opening === undefined ? "Searching…" : `Reading ${opening}, headers only…`)}
        {!isRunning && found && `${found.repositories.length === 0 ? "No repository" : found.repositories.length} found for “${found.text}”`}
      </p>
      <FailureNote failure={failure} />
      {found && found.repositories.length > 0 && (
        <DataTable
          caption="Repositories that were found"
          columns={["Repository", "Formats", "Licence", ""]}
          rows={found.repositories.map(({ name, formats, licence }) => ({
            key: name,
            cells: [
              name,
              formats.join(", "),
              licence,
              <Button key="open" aria-label={`Look up ${name}`} onClick={() => void open(name)} isBusy={isRunning && opening === name}>
                Look up
              </Button>,
            ],
          }))}
        />
      )}
    </>
  );
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) || /^(?:hf:)?[\w.-]+\/[\w.-]+$/.test(text);
}
