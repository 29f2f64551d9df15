import type { Device } from "@tenfold/catalog";
import type { Compatibility } from "@tenfold/core/selection";
import { formatBytes } from "../format/format-bytes.ts";
import { formatSpeed } from "../format/format-verdict.ts";
import type { MatrixPage } from "../matrix/matrix.ts";
import { cellAddress, matrixAddress } from "../matrix/matrix-address.ts";
import type { MatrixQuery } from "../matrix/matrix-query.ts";
import styles from "./matrix-table.module.css";
import { VerdictMark } from "./verdict-mark.tsx";

/** Variants under frameworks down, devices across; each cell is a link to its explanation. Narrow screens show a card for each row. */
export function MatrixTable({ rows, columns, query }: { rows: MatrixPage["rows"]; columns: readonly Device[]; query: MatrixQuery }) {
  const { context, entitlement } = query;
  return (
    <section className={styles.scroll} aria-label="Compatibility matrix">
      <table className={styles.table} role="table">
        <caption className="visually-hidden">Which variants run on which devices</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Variant
            </th>
            {columns.map((device) => (
              <th key={device.id} role="columnheader" scope="col">
                <a className={styles.device} href={`/devices/${device.id}`}>
                  {device.name}
                </a>
                {columns.length > 1 && (
                  <a
                    className={styles.unpin}
                    href={matrixAddress({ ...query, device: columns.filter(({ id }) => id !== device.id).map(({ id }) => id) })}
                    aria-label={`Take ${device.name} away`}
                  >
                    ×
                  </a>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ row: { model, variant, profile }, cells }) => (
            <tr key={`${model.id} ${variant.id} ${profile?.framework}`} role="row">
              <th role="rowheader" scope="row">
                <a href={`/models/${model.id}`}>{model.name}</a>
                <small>
                  {variant.id} · {profile?.name ?? variant.frameworks?.join(", ") ?? "no framework here"}
                </small>
              </th>
              {columns.map((device, place) => {
                const cell = cells[place];
                if (!cell) return null;
                const address = cellAddress({ model: model.id, variant: variant.id, framework: profile?.framework, device: device.id, context, entitlement });
                return (
                  <td key={device.id} role="cell" data-label={device.name}>
                    <a className={styles.cell} href={address} title={cell.reasons[0]}>
                      <VerdictMark verdict={cell.verdict} />
                      <CellFigures cell={cell} />
                    </a>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function CellFigures({ cell: { verdict, neededBytes, performance, estimate } }: { cell: Compatibility }) {
  if (verdict === "unsupported") return null;
  const isLeast = estimate?.unknown !== undefined;
  const figures = [
    ...(neededBytes === undefined ? [] : [`${isLeast ? "≥ " : ""}${formatBytes(neededBytes)}`]),
    ...(performance ? [`${performance.basis === "predicted" ? "~" : ""}${formatSpeed(performance.decodeTokensPerSecond)}`] : []),
  ];
  return figures.length === 0 ? null : <small>{figures.join(" · ")}</small>;
}
