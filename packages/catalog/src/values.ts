import * as z from "zod/mini";

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/, "expected a SHA-256 of 64 lower-case hexadecimal digits"));
export type Sha256 = z.infer<typeof sha256Schema>;

/** Bytes; whole numbers up to 2^53 - 1. */
export const sizeBytesSchema = z.int().check(z.nonnegative());

/** Ids appear in URLs, file names and commands. */
export const idSchema = z
  .string()
  .check(z.regex(/^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/, "expected an id of lower-case letters, digits, dots, dashes and underscores"));

/** ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime();

/**
 * The path of a file inside its model: relative, forward slashes, no empty, `.` or `..` segment, nothing that
 * means something else on Windows.
 */
export const filePathSchema = z.string().check(
  z.minLength(1),
  z.maxLength(1024),
  z.refine((path) => path.split("/").every(isPlainSegment), "expected a relative path without '.', '..', empty or reserved segments"),
);

function isPlainSegment(segment: string): boolean {
  if (segment === "" || segment === "." || segment === "..") return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f<>:"\\|?*]/.test(segment) || /[. ]$/.test(segment)) return false;
  return !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(segment);
}

/** Open sets: the catalog may name frameworks and formats that this version has never heard of. */
export const frameworkIdSchema = idSchema;
export type FrameworkId = string;
export const modelFormatSchema = idSchema;
export type ModelFormat = string;
