import { type ReactNode, useId, useState } from "react";
import styles from "./fields.module.css";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** The name is read aloud and not shown: in tables, whose headings show it. */
  readonly isLabelHidden?: boolean;
}

function Field({ label, hint, isLabelHidden = false, children }: FieldProps & { children: (ids: { id: string; "aria-describedby"?: string }) => ReactNode }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? "visually-hidden" : undefined}>
        {label}
      </label>
      {children({ id, ...(hint !== undefined && { "aria-describedby": `${id}-hint` }) })}
      {hint !== undefined && (
        <small id={`${id}-hint`} className={styles.hint}>
          {hint}
        </small>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "email" | "password" | "url" | "search";
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly isCode?: boolean;
  readonly disabled?: boolean;
}

export function TextField({ label, hint, isLabelHidden, value, onChange, isCode = false, autoComplete = "off", type = "text", ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} {...(isLabelHidden !== undefined && { isLabelHidden })}>
      {(ids) => (
        <input
          {...ids}
          {...rest}
          type={type}
          className={isCode ? styles.code : undefined}
          autoComplete={autoComplete}
          spellCheck={isCode ? false : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Several words in one field. What is typed stays as it is until the page is made anew. */
export function WordsField({
  values,
  onChange,
  ...rest
}: FieldProps & { values: readonly string[] | undefined; onChange: (values: string[] | undefined) => void }) {
  const [typed, setTyped] = useState((values ?? []).join(", "));
  return (
    <TextField
      {...rest}
      value={typed}
      isCode
      onChange={(value) => {
        setTyped(value);
        const words = value.split(/[\s,]+/).filter((word) => word !== "");
        onChange(words.length === 0 ? undefined : words);
      }}
    />
  );
}

/** A number that may be absent. Whole unless `step` says otherwise. */
export function NumberField({
  label,
  hint,
  isLabelHidden,
  value,
  onChange,
  step = 1,
  min = 0,
  max,
}: FieldProps & { value: number | undefined; onChange: (value: number | undefined) => void; step?: number; min?: number; max?: number }) {
  return (
    <Field label={label} hint={hint} {...(isLabelHidden !== undefined && { isLabelHidden })}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          inputMode="decimal"
          step={step}
          min={min}
          max={max}
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
        />
      )}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  value,
  onChange,
  rows = 4,
  maxLength,
  isCode = false,
  required = false,
}: FieldProps & {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  maxLength?: number;
  isCode?: boolean;
  required?: boolean;
}) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          rows={rows}
          maxLength={maxLength}
          required={required}
          className={isCode ? styles.code : undefined}
          spellCheck={isCode ? false : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function SelectField<Value extends string>({
  label,
  hint,
  isLabelHidden,
  value,
  options,
  onChange,
  disabled = false,
}: FieldProps & { value: Value; options: readonly (Value | { value: Value; name: string })[]; onChange: (value: Value) => void; disabled?: boolean }) {
  return (
    <Field label={label} hint={hint} {...(isLabelHidden !== undefined && { isLabelHidden })}>
      {(ids) => (
        <select {...ids} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map((option) => {
            const { value: key, name } = typeof option === "string" ? { value: option, name: option } : option;
            return (
              <option key={key} value={key}>
                {name}
              </option>
            );
          })}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** Several of a few words. */
export function CheckGroup<Value extends string>({
  label,
  options,
  values,
  onChange,
}: {
  label: string;
  options: readonly Value[];
  values: readonly Value[];
  onChange: (values: Value[]) => void;
}) {
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      <div>
        {options.map((option) => (
          <CheckField
            key={option}
            label={option}
            checked={values.includes(option)}
            onChange={(checked) => onChange(options.filter((one) => (one === option ? checked : values.includes(one))))}
          />
        ))}
      </div>
    </fieldset>
  );
}
