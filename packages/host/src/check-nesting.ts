import { TenfoldError } from "@tenfold/catalog";

/** Deeper than any message or schema that somebody wrote, and far from what structured clone fails to read on the other side. */
const limit = 256;

/** @throws TenfoldError `invalid-input` for a value that nests too deeply to arrive, cycles included. */
export function checkNesting(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) throw new TenfoldError("invalid-input", `The request nests more than ${limit} levels deep.`);
    // What is shared is looked at once.
    level = [...new Set(level.flatMap(children))];
  }
}

function children(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).filter((child) => typeof child === "object");
}
