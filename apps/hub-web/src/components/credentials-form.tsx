"use client";

import { type FormEvent, useState } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import panel from "./panel.module.css";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

interface Credential {
  readonly origin: string;
  readonly label: string;
}

/** What the hub signs in with for gated repositories. Secrets go in and never come out. */
export function CredentialsForm({ credentials, endpoint, canChange }: { credentials: readonly Credential[]; endpoint: string; canChange: boolean }) {
  const [list, setList] = useState(credentials);
  const [origin, setOrigin] = useState(new URL(endpoint).origin);
  const [label, setLabel] = useState("");
  const [secret, setSecret] = useState("");
  const { run, isRunning, failure } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await api.imports.saveCredential.mutate({ origin, label, secret });
      setSecret("");
      setList(await api.imports.credentials.query());
    });
  };
  const remove = (one: string) =>
    run(async () => {
      await api.imports.removeCredential.mutate({ origin: one });
      setList(await api.imports.credentials.query());
    });
  return (
    <div className={panel.panel}>
      {list.length === 0 ? (
        <p className={panel.quiet}>None yet: the hub reads what everybody may read.</p>
      ) : (
        <ul className={panel.list} aria-label="Servers the hub signs in to">
          {list.map((one) => (
            <li key={one.origin}>
              <span>
                {one.origin} <span className={panel.quiet}>{one.label}</span>
              </span>
              {canChange && (
                <Button kind="quiet" aria-label={`Remove what signs in to ${one.origin}`} onClick={() => void remove(one.origin)}>
                  Remove
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {canChange ? (
        <ReadyForm className={panel.inner} onSubmit={submit}>
          <TextField label="Server" type="url" value={origin} onChange={setOrigin} required />
          <TextField label="Whose" value={label} onChange={setLabel} placeholder="the team's account" maxLength={100} required />
          <TextField
            label="Token"
            hint="A token, or NAME:KEY for servers that take both, as Kaggle does. It is sealed, sent to that server alone, and shown to nobody again."
            type="password"
            value={secret}
            onChange={setSecret}
            required
          />
          <FailureNote failure={failure} />
          <div>
            <Button type="submit" isBusy={isRunning}>
              Save
            </Button>
          </div>
        </ReadyForm>
      ) : (
        <p className={panel.quiet}>An administrator can add one.</p>
      )}
    </div>
  );
}
