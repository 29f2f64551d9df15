import Link from "next/link";
import type { ModelSummary } from "../catalog/model-summary.ts";
import { formatByteRange } from "../format/format-bytes.ts";
import { formatPlural } from "../format/format-count.ts";
import { EvidenceSummary } from "./evidence-summary.tsx";
import styles from "./model-table.module.css";
import { Tags } from "./tags.tsx";

/**
 * A table that narrow screens show as cards. The roles are spelt out because browsers forget what a table is once its
 * parts are laid out as anything else.
 */
export function ModelTable({ models }: { models: readonly ModelSummary[] }) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <table className={styles.table} role="table">
      <caption className="visually-hidden">Published models</caption>
      <thead role="rowgroup">
        <tr role="row">
          {["Model", "Formats", "Size", "Licence", "Files"].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {models.map((model) => (
          <ModelRow key={model.id} model={model} />
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}

function ModelRow({ model }: { model: ModelSummary }) {
  const { id, name, publisher, summary, capabilities, formats, variants, sizeBytes, licence, files } = model;
  return (
    <tr role="row">
      <th className={styles.model} role="rowheader" scope="row">
        <Link href={`/models/${id}`} prefetch={false}>
          {name}
        </Link>
        <span className={styles.publisher}>{publisher}</span>
        <p>{summary}</p>
        <Tags label={`Capabilities of ${name}`} values={capabilities} />
      </th>
      <td role="cell" data-label="Formats">
        <span>{formats.join(", ")}</span>
        <small>{formatPlural(variants, "variant")}</small>
      </td>
      <td className={styles.size} role="cell" data-label="Size">
        {sizeBytes ? formatByteRange(sizeBytes) : <span className={styles.unknown}>not known</span>}
      </td>
      <td className={styles.licence} role="cell" data-label="Licence">
        {licence}
      </td>
      <td role="cell" data-label="Files">
        <EvidenceSummary {...files} />
      </td>
    </tr>
  );
}
