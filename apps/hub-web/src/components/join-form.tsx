"use client";

import { useState } from "react";
import type { LinkPurpose } from "../people/links.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
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
      const response = await fetch("/api/auth/sign-in/email", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: accepted.email, password }),
      });
      window.location.assign(response.ok ? "/curate" : `/sign-in?email=${encodeURIComponent(accepted.email)}`);
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
      <TextField
        label="Password"
        type="password"
        hint="At least 12 characters."
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        minLength={12}
        maxLength={256}
        required
      />
      <FailureNote failure={failure} />
      <Button kind="primary" type="submit" isBusy={isRunning}>
        {purpose.kind === "new-password" ? "Set the password" : "Join"}
      </Button>
    </ReadyForm>
  );
}
