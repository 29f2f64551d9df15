import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import styles from "./filter-form.module.css";

/** What narrows a list: a plain form, whose answer has an address and needs no script. */
export function FilterForm({ action, submit, children }: { action: string; submit: string; children: ReactNode }) {
  return (
    <search>
      <form action={action} className={styles.form}>
        {children}
        <Button type="submit">{submit}</Button>
      </form>
    </search>
  );
}

/** The words that are looked for. */
export function SearchField({ name, label, value, placeholder }: { name: string; label: string; value: string; placeholder: string }) {
  return (
    <label className={styles.search}>
      <span>{label}</span>
      <input type="search" name={name} defaultValue={value} placeholder={placeholder} maxLength={200} autoComplete="off" />
    </label>
  );
}

/** One of a few; the first is any of them. */
export function ChoiceField({
  name,
  label,
  value,
  any,
  options,
}: {
  name: string;
  label: string;
  value: string;
  any: string;
  options: readonly { value: string; name: string }[];
}) {
  return (
    <label>
      <span>{label}</span>
      <select name={name} defaultValue={value}>
        <option value="">{any}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  );
}
