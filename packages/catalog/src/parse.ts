import { type output, safeParse } from "zod/mini";
import type { $ZodType } from "zod/v4/core";
import english from "zod/v4/locales/en.js";
import type { ErrorCode } from "./error-codes.ts";
import { TenfoldError } from "./tenfold-error.ts";

// The small form of zod speaks no language by itself.
const { localeError } = english();

/**
 * Parses data from outside. The error names each wrong place and what was expected there.
 * @param what what the data is, for the message: "manifest of smollm2-135m".
 * @throws TenfoldError `code`, by default `invalid-manifest`; for a catalog document of a newer version `unsupported-schema-version`.
 */
export function parse<Schema extends $ZodType>(schema: Schema, data: unknown, what: string, code: ErrorCode = "invalid-manifest"): output<Schema> {
  const result = safeParse(schema, data, { error: localeError });
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: pathText(issue.path), message: issue.message }));
  const shown = issues.slice(0, 5).map(({ path, message }) => `${path}: ${message}`);
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  if (code === "invalid-manifest" && isNewer(data, result.error.issues)) {
    throw new TenfoldError("unsupported-schema-version", `The ${what} was written for a newer version of Tenfold.`, { details: { issues } });
  }
  throw new TenfoldError(code, `Invalid ${what}: ${shown.join("; ")}`, { details: { issues } });
}

/** Whether the version of the document is one that comes after the one that is known here. */
function isNewer(data: unknown, issues: readonly { path: readonly PropertyKey[] }[]): boolean {
  if (!issues.some(({ path }) => path.length === 1 && path[0] === "schemaVersion")) return false;
  const { schemaVersion } = data as { schemaVersion?: unknown };
  return Number.isInteger(schemaVersion) && Number(schemaVersion) > 1;
}

/** {@link parse} of JSON text; text that is not JSON, or nests deeper than any document of ours, gets the same kind of error. */
export function parseJson<Schema extends $ZodType>(schema: Schema, text: string, what: string, code: ErrorCode = "invalid-manifest"): output<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === "" ? "it is empty" : error instanceof Error ? error.message : String(error);
    throw new TenfoldError(code, `Invalid ${what}: not JSON: ${found}`, { cause: error });
  }
  return parse(schema, data, what, code);
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(document)";
  return path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`), "");
}
