"use client";

import { type FormHTMLAttributes, type ReactNode, useSyncExternalStore } from "react";
import styles from "./ready-form.module.css";

const never = () => () => {};

/**
 * Fields that take nothing before the page's scripts hold them: what is typed earlier would be lost, and what is sent earlier would stand in the
 * address, passwords among it.
 */
export function ReadyFields({ children }: { children: ReactNode }) {
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return (
    <fieldset className={styles.fields} disabled={!isReady}>
      {children}
    </fieldset>
  );
}

export function ReadyForm({ children, ...rest }: FormHTMLAttributes<HTMLFormElement>) {
  return (
    <form {...rest}>
      <ReadyFields>{children}</ReadyFields>
    </form>
  );
}
