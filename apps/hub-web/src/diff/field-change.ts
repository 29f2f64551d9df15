/** One field that differs. What is not there on one side is absent. */
export interface FieldChange {
  /** `variants[gguf-q4_0].artifacts[model.gguf].sizeBytes`: parts of lists go by their id, path or name. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an entry of a list is called: two lists are compared by it, so that one entry more changes nothing else. */
function nameOf(entry: unknown): string | undefined {
  if (!isFields(entry)) return undefined;
  const name = entry.id ?? entry.path;
  // A source has a path as well, and no name: its place counts.
  return typeof name === "string" && !("kind" in entry && "repository" in entry) ? name : undefined;
}

/** A list as its entries by name; undefined where they have none, or one name twice. */
export function namedEntries(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = new Map(value.map((entry) => [nameOf(entry), entry]));
  return entries.size === value.length && !entries.has(undefined) ? (entries as ReadonlyMap<string, unknown>) : undefined;
}

export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((entry, place) => isEqual(entry, other[place]));
  if (!isFields(one) || !isFields(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isEqual(one[key], other[key]));
}
