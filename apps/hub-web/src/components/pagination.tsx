import Link from "next/link";
import styles from "./pagination.module.css";

/** Nothing when everything fits on one page. */
export function Pagination({ page, pages, address }: { page: number; pages: number; address: (page: number) => string }) {
  if (pages <= 1) return null;
  return (
    <nav className={styles.pages} aria-label="Pages">
      {page > 1 && (
        <Link href={address(Math.min(page - 1, pages))} rel="prev" prefetch={false}>
          ← Previous
        </Link>
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <Link href={address(page + 1)} rel="next" prefetch={false}>
          Next →
        </Link>
      )}
    </nav>
  );
}
