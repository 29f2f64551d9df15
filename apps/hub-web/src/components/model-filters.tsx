"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import type { Facet, ModelFacets } from "../catalog/model-facets.ts";
import type { ModelQuery, SortOrder } from "../catalog/model-query.ts";
import styles from "./model-filters.module.css";

const sortNames: Record<SortOrder, string> = {
  evidence: "Verified first",
  name: "Name",
  smallest: "Smallest first",
  largest: "Largest first",
  parameters: "Fewest parameters",
};

interface ModelFiltersProps {
  readonly query: ModelQuery;
  readonly facets: ModelFacets;
  readonly filtered: boolean;
}

/** An ordinary form that works without scripts; with them the list follows as one types or chooses. */
export function ModelFilters({ query, facets, filtered }: ModelFiltersProps) {
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const router = useRouter();
  const [pending, startTransition] = useTransition();

  const show = (delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (form.current === null) return;
      const wanted = new URLSearchParams();
      for (const [name, value] of new FormData(form.current)) if (value !== "" && value !== "evidence") wanted.set(name, String(value));
      startTransition(() => router.replace(wanted.size === 0 ? "/" : `/?${wanted}`, { scroll: false }));
    }, delayMs);
  };

  // What was typed or chosen before this script ran, or put back by the browser, is not in the list yet.
  const shown = useRef(query);
  useEffect(() => {
    const fields = form.current === null ? [] : [...new FormData(form.current)];
    if (fields.some(([name, value]) => value !== (shown.current[name as keyof ModelQuery] ?? ""))) form.current?.requestSubmit();
    return () => clearTimeout(timer.current);
  }, []);

  return (
    <search>
      <form
        ref={form}
        className={styles.form}
        action="/"
        aria-busy={pending}
        onSubmit={(event) => {
          event.preventDefault();
          show(0);
        }}
      >
        <label className={styles.search}>
          <span className="visually-hidden">Search models</span>
          <input
            type="search"
            name="q"
            defaultValue={query.q ?? ""}
            placeholder="Name, publisher…"
            maxLength={200}
            autoComplete="off"
            onChange={() => show(200)}
          />
        </label>
        <button type="submit">Search</button>
        <div className={styles.choices}>
          <Choice name="format" label="Format" facets={facets.formats} value={query.format} onChange={() => show(0)} />
          <Choice name="capability" label="Capability" facets={facets.capabilities} value={query.capability} onChange={() => show(0)} />
          <Choice name="licence" label="Licence" facets={facets.licences} value={query.licence} onChange={() => show(0)} />
          <label>
            <span>Order</span>
            <select name="sort" defaultValue={query.sort} onChange={() => show(0)}>
              {Object.entries(sortNames).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {filtered && (
            <a className={styles.clear} href="/">
              Clear filters
            </a>
          )}
        </div>
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly facets: readonly Facet[];
  readonly value: string | undefined;
  readonly onChange: () => void;
}

function Choice({ name, label, facets, value, onChange }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select name={name} defaultValue={value ?? ""} onChange={onChange}>
        <option value="">Any</option>
        {facets.map((facet) => (
          <option key={facet.value} value={facet.value}>
            {facet.value} ({facet.count})
          </option>
        ))}
      </select>
    </label>
  );
}
