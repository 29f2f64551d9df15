import { isEqual, isFields, namedEntries } from "./field-change.ts";

/** A field that both changed, each to something else. */
export interface FieldConflict {
  readonly path: string;
  readonly base?: unknown;
  readonly theirs?: unknown;
  readonly mine?: unknown;
}

export type Side = "theirs" | "mine";

/**
 * Puts two edits of one document together: what one of them changed stays changed. Where both changed one field, theirs is
 * taken unless `choices` says otherwise, and the field is named.
 */
export function mergeDocuments(
  base: unknown,
  theirs: unknown,
  mine: unknown,
  choices: Readonly<Record<string, Side>> = {},
): { merged: unknown; conflicts: FieldConflict[] } {
  const conflicts: FieldConflict[] = [];
  return { merged: merge(base, theirs, mine, ""), conflicts };

  function merge(old: unknown, their: unknown, my: unknown, path: string): unknown {
    if (isEqual(their, my) || isEqual(my, old)) return their;
    if (isEqual(their, old)) return my;
    if (isFields(their) && isFields(my) && !hasOwnName(their, my)) {
      const from = isFields(old) ? old : {};
      const keys = [...new Set([...Object.keys(their), ...Object.keys(my)])];
      const entries = keys.map((key) => [key, merge(from[key], their[key], my[key], path === "" ? key : `${path}.${key}`)] as const);
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    const [theirEntries, myEntries] = [namedEntries(their), namedEntries(my)];
    if (theirEntries && myEntries) {
      const from = namedEntries(old) ?? new Map<string, unknown>();
      // Their order, unless mine alone is another.
      const [first, then] = sameOrder(from, theirEntries) ? [myEntries, theirEntries] : [theirEntries, myEntries];
      const names = [...new Set([...first.keys(), ...then.keys()])];
      return names.map((name) => merge(from.get(name), theirEntries.get(name), myEntries.get(name), `${path}[${name}]`)).filter((entry) => entry !== undefined);
    }
    conflicts.push({ path, ...(old !== undefined && { base: old }), ...(their !== undefined && { theirs: their }), ...(my !== undefined && { mine: my }) });
    return choices[path] === "mine" ? my : their;
  }
}

/** Sources of different kinds have different fields: half of one and half of the other would be neither. */
function hasOwnName(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  return "kind" in one && "kind" in other && one.kind !== other.kind;
}

function sameOrder(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return isEqual(
    [...one.keys()].filter((name) => other.has(name)),
    [...other.keys()].filter((name) => one.has(name)),
  );
}
