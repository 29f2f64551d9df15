"use client";

import { type FormEvent, useState } from "react";
import { askSignIn } from "./ask-sign-in.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
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

  const post = async (path: string, body: object) => {
    setBusy(true);
    setMessage(undefined);
    const { isOk, status, message: refusal, url } = await askSignIn(path, body);
    if (isOk) await goTo(url ?? to);
    else setMessage(status === 401 ? "This address and password do not belong together." : refusal);
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
