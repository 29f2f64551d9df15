"use client";

import { type FormEvent, useState } from "react";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { ReadyForm } from "./ready-form.tsx";

/** Signs in with a password or through the identity provider, and goes where one wanted to go. */
export function SignInForm({
  to,
  email: known = "",
  providerName,
  error,
}: {
  to: string;
  email?: string;
  providerName: string | undefined;
  error?: string | undefined;
}) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [message, setMessage] = useState(error);

  const post = async (path: string, body: unknown) => {
    setBusy(true);
    setMessage(undefined);
    try {
      const response = await fetch(`/api/auth${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      const answer = (await response.json().catch(() => ({}))) as { message?: string; url?: string };
      if (response.ok) return window.location.assign(answer.url ?? to);
      setMessage(
        response.status === 401 ? "This address and password do not belong together." : (answer.message ?? "The hub could not sign you in; its log says why."),
      );
    } catch {
      setMessage("The hub could not be reached. Try again.");
    }
    setBusy(false);
  };

  return (
    <ReadyForm
      className={styles.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!isBusy) void post("/sign-in/email", { email, password });
      }}
    >
      <TextField label="E-mail address" type="email" value={email} onChange={setEmail} autoComplete="username" required />
      <TextField label="Password" type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
      <FailureNote failure={message === undefined ? undefined : { message, remedy: undefined }} />
      <Button kind="primary" type="submit" isBusy={isBusy}>
        Sign in
      </Button>
      {providerName !== undefined && (
        <Button onClick={() => void post("/sign-in/social", { provider: "oidc", callbackURL: to, errorCallbackURL: "/sign-in" })} isBusy={isBusy}>
          Sign in with {providerName}
        </Button>
      )}
    </ReadyForm>
  );
}
