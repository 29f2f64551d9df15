import type { ReactNode } from "react";
import styles from "./data-table.module.css";

export interface Row {
  readonly key: string;
  /** The first is the row's heading. */
  readonly cells: readonly ReactNode[];
}

/** A dense table that narrow screens show as cards, each value under its column's name. The roles are spelt out because browsers forget them then. */
export function DataTable({ caption, columns, rows }: { caption: string; columns: readonly string[]; rows: readonly Row[] }) {
  return (
    <table className={styles.table} role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name === "" ? <span className="visually-hidden">Actions</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ key, cells }) => (
          <tr key={key} role="row">
            {cells.map((cell, place) =>
              place === 0 ? (
                <th key={columns[place]} role="rowheader" scope="row">
                  {cell}
                </th>
              ) : (
                <td key={columns[place]} role="cell" data-label={columns[place]}>
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
