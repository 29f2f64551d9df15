import * as z from "zod/mini";

/**
 * A list whose entries of kinds that are not known here are passed over, so that an older client reads what a newer hub
 * publishes. Entries of known kinds, and what has no kind at all, are checked as ever.
 */
export function knownEntries<List extends z.core.$ZodType>(list: List, known: readonly string[], kindOf: (entry: unknown) => unknown) {
  const isKnown = (entry: unknown) => {
    const kind = kindOf(entry);
    return typeof kind !== "string" || known.includes(kind);
  };
  return z.pipe(
    z.transform((entries: unknown) => (Array.isArray(entries) ? entries.filter(isKnown) : entries)),
    list,
  );
}
