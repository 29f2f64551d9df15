"use client";

import { useState } from "react";
import type { LinkPurpose } from "../people/links.ts";
import { api } from "./api-client.ts";
import { askSignIn } from "./ask-sign-in.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import { NewPasswordField } from "./new-password-field.tsx";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

/** Uses a link up, and signs in with what was chosen. */
export function JoinForm({ link, purpose }: { link: string; purpose: LinkPurpose }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { run, isRunning, failure } = useAction();

  const join = () =>
    run(async () => {
      const accepted = await api.people.accept.mutate({ link, password, ...(email !== "" && { email }), ...(name !== "" && { name }) });
      const { isOk } = await askSignIn("/sign-in/email", { email: accepted.email, password });
      await goTo(isOk ? "/curate" : `/sign-in?email=${encodeURIComponent(accepted.email)}`);
    });

  return (
    <ReadyForm
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      {purpose.kind !== "new-password" && (
        <TextField label="Your name" hint="Others see it beside what you do." value={name} onChange={setName} autoComplete="name" maxLength={100} required />
      )}
      {purpose.kind === "first-administrator" && (
        <TextField label="E-mail address" type="email" value={email} onChange={setEmail} autoComplete="username" required />
      )}
      <NewPasswordField label="Password" value={password} onChange={setPassword} />
      <FailureNote failure={failure} />
      <Button kind="primary" type="submit" isBusy={isRunning}>
        {purpose.kind === "new-password" ? "Set the password" : "Join"}
      </Button>
    </ReadyForm>
  );
}
