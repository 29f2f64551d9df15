import type { IncomingHttpHeaders } from "node:http";
import type { Misbehaviour } from "./fault.ts";
import { type ByteRange, requestedRange } from "./requested-range.ts";
import type { ServedFile } from "./served-file.ts";

export interface PlannedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** What of the file is sent; absent when `text` is all there is. */
  readonly range?: ByteRange;
  readonly text?: string;
}

/** What is answered, before a byte of it is sent: right by RFC 9110 unless the misbehaviour says otherwise. */
export function planResponse(file: ServedFile, headers: IncomingHttpHeaders, misbehaviour: Misbehaviour | undefined): PlannedResponse {
  if (misbehaviour?.kind === "status") {
    return { status: misbehaviour.status, headers: misbehaviour.headers ?? {}, text: misbehaviour.body ?? `status ${misbehaviour.status}` };
  }
  if (misbehaviour?.kind === "redirect") return { status: misbehaviour.status ?? 302, headers: { location: misbehaviour.to }, text: "" };

  const etag = misbehaviour?.kind === "etag" ? misbehaviour.etag : file.etag;
  const common = { etag, "accept-ranges": "bytes", "content-type": "application/octet-stream" };
  if (headers["if-none-match"] === etag) return { status: 304, headers: { etag }, text: "" };

  const rangeHeader = misbehaviour?.kind === "ignore-range" || !ifRangeHolds(headers["if-range"], etag) ? undefined : headers.range;
  const asked = requestedRange(rangeHeader, file.sizeBytes);
  if (asked === "unsatisfiable") return { status: 416, headers: { ...common, "content-range": `bytes */${file.sizeBytes}` }, text: "" };
  if (asked === "whole")
    return { status: 200, headers: { ...common, ...lengthHeader(file.sizeBytes, misbehaviour) }, range: { start: 0, end: file.sizeBytes } };

  const range = misbehaviour?.kind === "wrong-offset" ? shift(asked, misbehaviour.shiftBytes, file.sizeBytes) : asked;
  const contentRange = `bytes ${range.start}-${range.end - 1}/${file.sizeBytes}`;
  return { status: 206, headers: { ...common, "content-range": contentRange, ...lengthHeader(range.end - range.start, misbehaviour) }, range };
}

/** Only strong entity tags are ever sent, so a date or a weak tag does not match. */
function ifRangeHolds(ifRange: string | string[] | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange === etag;
}

function lengthHeader(lengthBytes: number, misbehaviour: Misbehaviour | undefined): Record<string, string | number> {
  if (misbehaviour?.kind === "endless") return {};
  if (misbehaviour?.kind === "gzip") return { "content-encoding": "gzip" };
  return { "content-length": misbehaviour?.kind === "content-length" ? lengthBytes + misbehaviour.differenceBytes : lengthBytes };
}

function shift({ start, end }: ByteRange, shiftBytes: number, sizeBytes: number): ByteRange {
  const shifted = Math.min(Math.max(0, start + shiftBytes), sizeBytes - 1);
  return { start: shifted, end: Math.min(sizeBytes, Math.max(shifted + 1, end + shiftBytes)) };
}
