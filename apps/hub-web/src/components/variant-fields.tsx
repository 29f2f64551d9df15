"use client";

import { type ReactNode, useState } from "react";
import type { VariantEdit } from "../curation/model-edit.ts";
import { formatPlural } from "../format/format-count.ts";
import { ArtifactFields } from "./artifact-fields.tsx";
import { Button } from "./button.tsx";
import { NumberField, TextField, WordsField } from "./fields.tsx";
import styles from "./model-form.module.css";
import { useRows } from "./use-rows.ts";
import { textOrNothing, withoutNothing } from "./without-nothing.ts";

/** The variants in their order of preference, each opened by its name. */
export function VariantFields({ variants, onChange }: { variants: readonly VariantEdit[]; onChange: (variants: VariantEdit[]) => void }) {
  const { rows, add, replace, remove, move } = useRows(variants, onChange);
  return (
    <fieldset>
      <legend>Variants</legend>
      <p className={styles.note}>In order of preference: the first that fits a device is its default.</p>
      {rows.map(({ item: variant, key }, place) => (
        <Opening key={key} isOpen={variants.length === 1 || variant.id === ""}>
          <summary>
            <code>{variant.id || "new variant"}</code> <small>{formatPlural(variant.artifacts.length, "file")}</small>
          </summary>
          <div className={styles.grid}>
            <TextField label="Variant id" value={variant.id} onChange={(id) => replace(place, { ...variant, id })} isCode required />
            <TextField
              label="Format"
              hint="gguf, onnx, safetensors…"
              value={variant.format}
              onChange={(format) => replace(place, { ...variant, format })}
              isCode
              required
            />
            <TextField
              label="Quantization"
              value={variant.quantization ?? ""}
              onChange={(quantization) => replace(place, withoutNothing({ ...variant, quantization: textOrNothing(quantization) }))}
              isCode
              maxLength={64}
            />
            <WordsField
              label="Frameworks"
              hint="Where the format alone does not tell."
              values={variant.frameworks}
              onChange={(frameworks) => replace(place, withoutNothing({ ...variant, frameworks }))}
            />
            <NumberField
              label="Memory at least, in bytes"
              value={variant.minimumMemoryBytes}
              onChange={(value) => replace(place, withoutNothing({ ...variant, minimumMemoryBytes: value }))}
            />
            <TextField
              label="Made for the chip"
              value={variant.target?.chip ?? ""}
              onChange={(chip) => replace(place, withTarget(variant, "chip", chip))}
              isCode
            />
            <TextField label="Made for the system" value={variant.target?.os ?? ""} onChange={(os) => replace(place, withTarget(variant, "os", os))} isCode />
            <TextField
              label="From version"
              value={variant.target?.minimumOsVersion ?? ""}
              onChange={(version) => replace(place, withTarget(variant, "minimumOsVersion", version))}
            />
          </div>
          <ArtifactFields artifacts={variant.artifacts} onChange={(artifacts) => replace(place, { ...variant, artifacts })} />
          <div className={styles.buttons}>
            {place > 0 && (
              <Button kind="quiet" onClick={() => move(place, place - 1)}>
                Prefer it more
              </Button>
            )}
            {place < rows.length - 1 && (
              <Button kind="quiet" onClick={() => move(place, place + 1)}>
                Prefer it less
              </Button>
            )}
            <Button kind="danger" onClick={() => remove(place)}>
              Remove the variant
            </Button>
          </div>
        </Opening>
      ))}
      <div className={styles.buttons}>
        <Button onClick={() => add({ id: "", format: "", artifacts: [] })}>Add a variant</Button>
      </div>
    </fieldset>
  );
}

/** Opens when it is made or not, and is then its reader's: what is typed into it must not close it. */
function Opening({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen] = useState(isOpen);
  return (
    <details className={styles.variant} open={wasOpen}>
      {children}
    </details>
  );
}

function withTarget({ target, ...variant }: VariantEdit, name: "chip" | "os" | "minimumOsVersion", value: string): VariantEdit {
  const next = Object.fromEntries(Object.entries({ ...target, [name]: value }).filter(([, text]) => text !== ""));
  return Object.keys(next).length === 0 ? variant : { ...variant, target: next };
}
