/** Bytes `[start, end)`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a Range header asks for of a file. `undefined`: answer with the whole file, because there is no header, it is
 * not understood, or it names several ranges, all of which RFC 9110 lets a server ignore. `"unsatisfiable"`: 416.
 */
export function parseByteRange(header: string | null, sizeBytes: number): ByteRange | "unsatisfiable" | undefined {
  const match = header === null ? null : /^bytes=\s*(\d{0,16})-(\d{0,16})\s*$/i.exec(header);
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "unsatisfiable" : { start: sizeBytes - length, end: sizeBytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= sizeBytes) return "unsatisfiable";
  return { start, end: last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
