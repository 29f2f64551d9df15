import { canonicalJson, type Manifest } from "@tenfold/catalog";

/** One field that differs: JSON values, absent where a side has none. */
export interface FieldChange {
  /** "licence.id", "variants[gguf-q4_0].artifacts[model.gguf].sha256.value". */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Every field in which two manifests differ, in the order of the second. Variants are told by id, artifacts by path. */
export function diffManifests(before: Manifest | undefined, after: Manifest): FieldChange[] {
  return diff("", before, after);
}

function diff(path: string, before: unknown, after: unknown): FieldChange[] {
  if (before === after) return [];
  const [left, right] = [fields(before), fields(after)];
  // What appears or goes is shown field by field too, so that nothing is hidden in a lump.
  if ((left ?? right) && (left || before === undefined) && (right || after === undefined)) {
    const keys = [...new Set([...Object.keys(right ?? {}), ...Object.keys(left ?? {})])];
    return keys.flatMap((key) => diff(key.startsWith("[") ? `${path}${key}` : path === "" ? key : `${path}.${key}`, left?.[key], right?.[key]));
  }
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

/** The parts of a value that are compared one by one; undefined for one that is compared whole. */
function fields(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const names = value.map((item: unknown) => (typeof item === "object" && item !== null ? nameOf(item) : undefined));
  if (value.length === 0 || names.some((name) => name === undefined)) return undefined;
  return Object.fromEntries(value.map((item, index) => [`[${names[index]}]`, item]));
}

function nameOf(item: object): string | undefined {
  if ("id" in item && typeof item.id === "string") return item.id;
  return "path" in item && "role" in item && typeof item.path === "string" ? item.path : undefined;
}
