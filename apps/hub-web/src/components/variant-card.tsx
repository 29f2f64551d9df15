import { type Variant, variantSizeBytes } from "@tenfold/catalog";
import { formatBytes } from "../format/format-bytes.ts";
import { ArtifactEntry } from "./artifact-entry.tsx";
import { Badge } from "./badge.tsx";
import styles from "./variant-card.module.css";

/** One variant: what it is, how big, and its files. */
export function VariantCard({ variant, isDefault, isRevoked = false }: { variant: Variant; isDefault: boolean; isRevoked?: boolean }) {
  const { id, format, quantization, artifacts } = variant;
  const sizeBytes = variantSizeBytes(variant);
  return (
    <section className={styles.card} aria-labelledby={`variant-${id}`}>
      <header>
        <h3 id={`variant-${id}`}>
          <code>{id}</code>
        </h3>
        {isDefault && <span className={styles.default}>default</span>}
        {isRevoked && <Badge tone="bad">revoked</Badge>}
        <span className={styles.kind}>
          {format}
          {quantization !== undefined && ` · ${quantization}`}
        </span>
        {sizeBytes === undefined ? <span className={styles.noSize}>size not known</span> : <span className={styles.size}>{formatBytes(sizeBytes)}</span>}
      </header>
      <ul aria-label={`Files of ${id}`}>
        {artifacts.map((artifact) => (
          <ArtifactEntry key={artifact.path} artifact={artifact} />
        ))}
      </ul>
    </section>
  );
}
