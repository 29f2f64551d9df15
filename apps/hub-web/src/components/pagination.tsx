import Link from "next/link";
import type { ModelQuery } from "../catalog/model-query.ts";
import { pageAddress } from "../catalog/page-query.ts";
import styles from "./pagination.module.css";

/** Nothing when everything fits on one page. */
export function Pagination({ query, page, pages }: { query: ModelQuery; page: number; pages: number }) {
  if (pages <= 1) return null;
  return (
    <nav className={styles.pages} aria-label="Pages">
      {page > 1 && (
        <Link href={pageAddress(query, Math.min(page - 1, pages))} rel="prev" prefetch={false}>
          ← Previous
        </Link>
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <Link href={pageAddress(query, page + 1)} rel="next" prefetch={false}>
          Next →
        </Link>
      )}
    </nav>
  );
}
