"use client";

import { useState } from "react";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { TextField } from "./fields.tsx";
import { ReadyForm } from "./ready-form.tsx";

/** Changes one's password, which ends one's other sessions. */
export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ isDone: boolean; message: string }>();
  const change = async () => {
    setBusy(true);
    const response = await fetch("/api/auth/change-password", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ currentPassword: current, newPassword: next, revokeOtherSessions: true }),
    }).catch(() => undefined);
    const { message } = ((await response?.json().catch(() => undefined)) ?? {}) as { message?: string };
    setAnswer(
      response?.ok
        ? { isDone: true, message: "The password is changed; your other sessions have ended." }
        : { isDone: false, message: message ?? "The hub could not be reached. Try again." },
    );
    if (response?.ok) {
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
      <TextField
        label="New password"
        type="password"
        hint="At least 12 characters."
        value={next}
        onChange={setNext}
        autoComplete="new-password"
        minLength={12}
        maxLength={256}
        required
      />
      <FailureNote failure={answer && !answer.isDone ? { message: answer.message, remedy: undefined } : undefined} />
      {answer?.isDone && <p role="status">{answer.message}</p>}
      <div className={styles.actions}>
        <Button type="submit" isBusy={isBusy}>
          Change it
        </Button>
      </div>
    </ReadyForm>
  );
}
