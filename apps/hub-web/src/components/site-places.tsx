"use client";

import { usePathname } from "next/navigation";
import styles from "./site-places.module.css";

export interface Place {
  readonly href: string;
  readonly name: string;
  /** Where pages lie that belong to it; by default below its own address. */
  readonly holds?: string;
}

/** The main parts of the hub, and which of them is shown. */
export function SitePlaces({ places }: { places: readonly Place[] }) {
  const path = usePathname();
  return (
    <nav className={styles.places} aria-label="Main">
      {places.map(({ href, name, holds = href }) => (
        <a key={href} href={href} aria-current={path === href || path.startsWith(`${holds}/`) ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
