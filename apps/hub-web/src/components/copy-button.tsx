"use client";

import { useEffect, useState } from "react";
import styles from "./copy-button.module.css";

type State = "idle" | "copied" | "failed";
const words: Record<State, string> = { idle: "Copy", copied: "Copied", failed: "Select by hand" };

/** Copies a text. `label` says what, for those who do not see beside what the button stands. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<State>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);

  // Browsers give pages the clipboard on HTTPS and on this machine only.
  const copy = () => {
    const copying = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    copying.then(
      () => setState("copied"),
      () => setState("failed"),
    );
  };
  return (
    <button type="button" className={styles.button} data-state={state} onClick={copy} aria-label={`Copy ${label}`}>
      <span aria-hidden="true">{words[state]}</span>
      <span className="visually-hidden" aria-live="polite">
        {state === "idle" ? "" : words[state]}
      </span>
    </button>
  );
}
