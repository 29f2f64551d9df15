"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { TokenLine } from "../people/api-tokens.ts";
import { scopes as allScopes, type Scope } from "../people/role.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { DataTable } from "./data-table.tsx";
import { FailureNote } from "./failure-note.tsx";
import { CheckGroup, SelectField, TextField } from "./fields.tsx";
import { OneTimeSecret } from "./one-time-secret.tsx";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** One's API tokens: the list, and a form for another. */
export function TokenList({ tokens }: { tokens: readonly TokenLine[] }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read"]);
  const [days, setDays] = useState("90");
  const [token, setToken] = useState<string>();
  const router = useRouter();
  const { run, isRunning, failure } = useAction();
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">API tokens</h2>
      <p className={`${styles.note} ${styles.above}`}>
        A token lets a program do in your name what its scopes say and your role allows. It is sent as “Authorization: Bearer …”. Read sees drafts, curate
        edits, review approves, publishes and revokes, admin looks after people, measure sends measurements.
      </p>
      {tokens.length > 0 && (
        <div className={styles.above}>
          <DataTable
            caption="Your API tokens"
            columns={["Token", "Scopes", "Last used", "Holds until", ""]}
            rows={tokens.map(({ id, name: called, scopes: may, lastUsedAt, expiresAt, createdAt }) => ({
              key: String(id),
              cells: [
                <>
                  {called}
                  <small>made {createdAt}</small>
                </>,
                may.join(", "),
                lastUsedAt,
                expiresAt,
                <Button
                  key="end"
                  kind="quiet"
                  aria-label={`End the token ${called}`}
                  onClick={() =>
                    void run(async () => {
                      await api.tokens.revoke.mutate({ id });
                      router.refresh();
                    })
                  }
                >
                  End
                </Button>,
              ],
            }))}
          />
        </div>
      )}
      <ReadyForm
        className={`${styles.form} ${styles.wide} ${styles.above}`}
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            setToken((await api.tokens.create.mutate({ name, scopes, days: Number(days) })).token);
            setName("");
            router.refresh();
          });
        }}
      >
        <div className={styles.pair}>
          <TextField label="What it is for" value={name} onChange={setName} maxLength={100} required />
          <SelectField
            label="Holds for"
            value={days}
            options={[
              { value: "7", name: "a week" },
              { value: "30", name: "30 days" },
              { value: "90", name: "90 days" },
              { value: "365", name: "a year" },
            ]}
            onChange={setDays}
          />
        </div>
        <CheckGroup label="Scopes" options={allScopes} values={scopes} onChange={setScopes} />
        <FailureNote failure={failure} />
        {token !== undefined && <OneTimeSecret label="the token" text={token} note="Copy it now: it is kept nowhere, and not shown again." />}
        <div className={styles.actions}>
          <Button kind="primary" type="submit" isBusy={isRunning} disabled={scopes.length === 0}>
            Make a token
          </Button>
        </div>
      </ReadyForm>
    </section>
  );
}
