"use client";

import { useRef } from "react";
import { formatBytes } from "../format/format-bytes.ts";
import { formatPlural } from "../format/format-count.ts";
import { Button } from "./button.tsx";
import styles from "./import-choices.module.css";

interface ProposedModel {
  readonly proposedId: string;
  readonly name: string;
  readonly variants: readonly { id: string; format: string; quantization: string | undefined; sizeBytes: number | undefined; files: number }[];
}

interface ChosenModel {
  readonly proposedId: string;
  readonly id: string;
  readonly variants: readonly string[];
  readonly keep: readonly string[];
}

/** Fields that curators write, and that an upstream knows less about. */
const curated = ["name", "publisher", "description", "licence", "capabilities", "defaults"];

/** What of a proposal is wanted. A plain form: each choice has an address, and works before any script has come. */
export function ImportChoices({ models, chosen }: { models: readonly ProposedModel[]; chosen: readonly ChosenModel[] }) {
  const form = useRef<HTMLFormElement>(null);
  const isOnly = models.length === 1;
  return (
    <form ref={form} className={styles.form}>
      <input type="hidden" name="chosen" value="1" />
      {models.map(({ proposedId, name, variants }) => {
        const own = chosen.find((one) => one.proposedId === proposedId);
        return (
          <fieldset key={proposedId} className={styles.model}>
            <legend>{isOnly ? "Variants" : name}</legend>
            {own && (
              <label className={styles.id}>
                <span>Id in this hub</span>
                <input
                  name={`id.${proposedId}`}
                  defaultValue={own.id}
                  required
                  maxLength={128}
                  pattern="[a-z0-9]([a-z0-9._\-]*[a-z0-9])?"
                  spellCheck={false}
                  autoComplete="off"
                />
              </label>
            )}
            {variants.map(({ id, quantization, sizeBytes, files }) => (
              <label key={id} className={styles.variant}>
                <input
                  type="checkbox"
                  name={`variant.${proposedId}`}
                  value={id}
                  defaultChecked={own?.variants.includes(id) ?? false}
                  onChange={() => form.current?.requestSubmit()}
                />
                <span>
                  <code>{id}</code>
                  <small>
                    {[quantization, sizeBytes === undefined ? "size not known" : formatBytes(sizeBytes), formatPlural(files, "file")]
                      .filter(Boolean)
                      .join(" · ")}
                  </small>
                </span>
              </label>
            ))}
          </fieldset>
        );
      })}
      <fieldset className={styles.model}>
        <legend>Keep as curators wrote it</legend>
        <div className={styles.keep}>
          {curated.map((field) => (
            <label key={field}>
              <input
                type="checkbox"
                name="keep"
                value={field}
                defaultChecked={chosen[0]?.keep.includes(field) ?? false}
                onChange={() => form.current?.requestSubmit()}
              />
              <span>{field}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Button type="submit">Show what would change</Button>
    </form>
  );
}
