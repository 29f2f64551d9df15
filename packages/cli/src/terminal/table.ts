/** Columns aligned by spaces. The last one is cut to fit when the width is known. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[], columns?: number): string {
  const widths = headings.map((heading, index) => Math.max(heading.length, ...rows.map((row) => (row[index] ?? "").length)));
  const line = (cells: readonly string[]) => {
    const text = cells
      .map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
    return columns !== undefined && text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
  };
  return `${[headings, ...rows].map(line).join("\n")}\n`;
}
