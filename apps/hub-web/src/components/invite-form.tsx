"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { type Role, roles } from "../people/role.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { SelectField, TextField } from "./fields.tsx";
import { OneTimeSecret } from "./one-time-secret.tsx";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** Makes a link that invites somebody. The hub sends no mail: whoever invites passes it on. */
export function InviteForm() {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("curator");
  const [link, setLink] = useState<string>();
  const router = useRouter();
  const { run, isRunning, failure } = useAction();
  return (
    <ReadyForm
      className={`${styles.form} ${styles.wide} ${styles.above}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          const { path } = await api.people.invite.mutate({ email, role });
          setLink(`${window.location.origin}${path}`);
          setEmail("");
          router.refresh();
        });
      }}
    >
      <h2>Invite somebody</h2>
      <div className={styles.pair}>
        <TextField label="E-mail address" type="email" value={email} onChange={setEmail} required />
        <SelectField label="Role" value={role} options={roles} onChange={setRole} />
      </div>
      <FailureNote failure={failure} />
      {link !== undefined && <OneTimeSecret label="the invitation" text={link} note="Works once, within a week. Give it to them; it is not shown again." />}
      <div className={styles.actions}>
        <Button kind="primary" type="submit" isBusy={isRunning}>
          Make an invitation
        </Button>
      </div>
    </ReadyForm>
  );
}
