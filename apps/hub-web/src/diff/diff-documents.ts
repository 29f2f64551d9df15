import { type FieldChange, isEqual, isFields, namedEntries } from "./field-change.ts";

/** Every field in which two documents differ, in the order of the second. */
export function diffDocuments(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (isEqual(before, after)) return [];
  if (isFields(before) && isFields(after)) {
    return keysOf(Object.keys(after), Object.keys(before)).flatMap((key) => diffDocuments(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  const [old, now] = [namedEntries(before), namedEntries(after)];
  if (old && now && (old.size > 0 || now.size > 0)) {
    const changes = keysOf([...now.keys()], [...old.keys()]).flatMap((name) => diffDocuments(old.get(name), now.get(name), `${path}[${name}]`));
    const [orderBefore, orderAfter] = [[...old.keys()].filter((name) => now.has(name)), [...now.keys()].filter((name) => old.has(name))];
    return isEqual(orderBefore, orderAfter) ? changes : [...changes, { path: `${path} (order)`, before: orderBefore, after: orderAfter }];
  }
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function keysOf(first: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...first, ...more])];
}
