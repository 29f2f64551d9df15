import type { ButtonHTMLAttributes } from "react";
import styles from "./button.module.css";

export type ButtonKind = "primary" | "plain" | "danger" | "quiet";

/** One primary on a page. */
export function Button({
  kind = "plain",
  isBusy = false,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: ButtonKind; isBusy?: boolean }) {
  return (
    <button type="button" {...rest} className={`${styles.button} ${styles[kind]}`} aria-busy={isBusy} aria-disabled={isBusy}>
      {children}
    </button>
  );
}

/** A link that looks like one. */
export function ButtonLink({ href, kind = "plain", children }: { href: string; kind?: ButtonKind; children: string }) {
  return (
    <a href={href} className={`${styles.button} ${styles[kind]}`}>
      {children}
    </a>
  );
}
