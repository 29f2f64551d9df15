"use client";

import { useState } from "react";
import type { VariantEdit } from "../curation/model-edit.ts";
import { formatPlural } from "../format/format-count.ts";
import { ArtifactFields } from "./artifact-fields.tsx";
import { Button } from "./button.tsx";
import { NumberField, TextField } from "./fields.tsx";
import styles from "./model-form.module.css";

/** The variants in their order of preference, each opened by its name. */
export function VariantFields({ variants, onChange }: { variants: readonly VariantEdit[]; onChange: (variants: VariantEdit[]) => void }) {
  // Ids are typed here, so that they cannot tell rows apart.
  const [keys, setKeys] = useState(() => variants.map((_, place) => place));
  const [nextKey, setNextKey] = useState(variants.length);
  const rows = variants.map((variant, place) => ({ variant, key: keys[place] ?? place }));
  const put = (next: readonly { variant: VariantEdit; key: number }[]) => {
    setKeys(next.map(({ key }) => key));
    onChange(next.map(({ variant }) => variant));
  };

  return (
    <fieldset>
      <legend>Variants</legend>
      <p className={styles.note}>In order of preference: the first that fits a device is its default.</p>
      {rows.map(({ variant, key }, place) => (
        <details key={key} className={styles.variant} open={variants.length === 1 || variant.id === ""}>
          <summary>
            <code>{variant.id || "new variant"}</code> <small>{formatPlural(variant.artifacts.length, "file")}</small>
          </summary>
          <div className={styles.grid}>
            <TextField label="Variant id" value={variant.id} onChange={(id) => put(replaced(rows, place, { ...variant, id }))} isCode required />
            <TextField
              label="Format"
              hint="gguf, onnx, safetensors…"
              value={variant.format}
              onChange={(format) => put(replaced(rows, place, { ...variant, format }))}
              isCode
              required
            />
            <TextField
              label="Quantization"
              value={variant.quantization ?? ""}
              onChange={(quantization) => put(replaced(rows, place, optional(variant, "quantization", quantization)))}
              isCode
              maxLength={64}
            />
            <TextField
              label="Frameworks"
              hint="Where the format alone does not tell."
              value={(variant.frameworks ?? []).join(" ")}
              onChange={(value) => put(replaced(rows, place, optional(variant, "frameworks", value === "" ? undefined : value.split(" "))))}
              isCode
            />
            <NumberField
              label="Memory at least, in bytes"
              value={variant.minimumMemoryBytes}
              onChange={(value) => put(replaced(rows, place, optional(variant, "minimumMemoryBytes", value)))}
            />
            <TextField
              label="Made for the chip"
              value={variant.target?.chip ?? ""}
              onChange={(chip) => put(replaced(rows, place, withTarget(variant, "chip", chip)))}
              isCode
            />
            <TextField
              label="Made for the system"
              value={variant.target?.os ?? ""}
              onChange={(os) => put(replaced(rows, place, withTarget(variant, "os", os)))}
              isCode
            />
            <TextField
              label="From version"
              value={variant.target?.minimumOsVersion ?? ""}
              onChange={(version) => put(replaced(rows, place, withTarget(variant, "minimumOsVersion", version)))}
            />
          </div>
          <ArtifactFields artifacts={variant.artifacts} onChange={(artifacts) => put(replaced(rows, place, { ...variant, artifacts }))} />
          <div className={styles.buttons}>
            {place > 0 && (
              <Button kind="quiet" onClick={() => put(moved(rows, place, place - 1))}>
                Prefer it more
              </Button>
            )}
            {place < rows.length - 1 && (
              <Button kind="quiet" onClick={() => put(moved(rows, place, place + 1))}>
                Prefer it less
              </Button>
            )}
            <Button kind="danger" onClick={() => put(rows.filter((_, other) => other !== place))}>
              Remove the variant
            </Button>
          </div>
        </details>
      ))}
      <div className={styles.buttons}>
        <Button
          onClick={() => {
            setNextKey(nextKey + 1);
            put([...rows, { variant: { id: "", format: "", artifacts: [] }, key: nextKey }]);
          }}
        >
          Add a variant
        </Button>
      </div>
    </fieldset>
  );
}

type Rows = readonly { variant: VariantEdit; key: number }[];

function replaced(rows: Rows, place: number, variant: VariantEdit): Rows {
  return rows.map((row, other) => (other === place ? { ...row, variant } : row));
}

function moved(rows: Rows, from: number, to: number): Rows {
  const next = [...rows];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

function optional<Name extends "quantization" | "frameworks" | "minimumMemoryBytes">(
  variant: VariantEdit,
  name: Name,
  value: VariantEdit[Name] | "" | undefined,
): VariantEdit {
  const { [name]: _before, ...rest } = variant;
  return (value === undefined || value === "" ? rest : { ...rest, [name]: value }) as VariantEdit;
}

function withTarget({ target, ...variant }: VariantEdit, name: "chip" | "os" | "minimumOsVersion", value: string): VariantEdit {
  const next = Object.fromEntries(Object.entries({ ...target, [name]: value }).filter(([, text]) => text !== ""));
  return Object.keys(next).length === 0 ? variant : { ...variant, target: next };
}
