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
export function ButtonLink({ href, kind = "plain", download, children }: { href: string; kind?: ButtonKind; download?: string; children: string }) {
  return (
    <a href={href} {...(download !== undefined && { download })} className={`${styles.button} ${styles[kind]}`}>
      {children}
    </a>
  );
}
