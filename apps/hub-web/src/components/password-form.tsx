"use client";

import { useState } from "react";
import { askSignIn, type SignInAnswer } from "./ask-sign-in.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { NewPasswordField } from "./new-password-field.tsx";
import { ReadyForm } from "./ready-form.tsx";

/** Changes one's password, which ends one's other sessions. */
export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<SignInAnswer>();
  const change = async () => {
    setBusy(true);
    const changed = await askSignIn("/change-password", { currentPassword: current, newPassword: next, revokeOtherSessions: true });
    setAnswer(changed);
    if (changed.isOk) {
      setCurrent("");
      setNext("");
    }
    setBusy(false);
  };
  return (
    <ReadyForm
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void change();
      }}
    >
      <h2>Change the password</h2>
      <TextField label="Password now" type="password" value={current} onChange={setCurrent} autoComplete="current-password" required />
      <NewPasswordField label="New password" value={next} onChange={setNext} />
      <FailureNote failure={answer && !answer.isOk ? { message: answer.message, remedy: undefined } : undefined} />
      {answer?.isOk && <p role="status">The password is changed; your other sessions have ended.</p>}
      <div className={styles.actions}>
        <Button type="submit" isBusy={isBusy}>
          Change it
        </Button>
      </div>
    </ReadyForm>
  );
}
