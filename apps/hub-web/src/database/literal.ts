/** A text for `contains` and `startsWith`, which take `%` and `_` for any letters: as it is written. */
export function literal(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
