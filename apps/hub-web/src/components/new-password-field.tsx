import { TextField } from "./fields.tsx";

/** A password that is chosen. The hub refuses what is shorter or longer. */
export function NewPasswordField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextField
      label={label}
      type="password"
      hint="At least 12 characters."
      value={value}
      onChange={onChange}
      autoComplete="new-password"
      minLength={12}
      maxLength={256}
      required
    />
  );
}
