import { TenfoldError } from "@tenfold/catalog";
import type { Get, GetResponse } from "../platform/get.ts";
import { follow, shownUrl } from "./follow.ts";
import type { ResolvedSource } from "./source.ts";

export interface OpenRange {
  /** Where the bytes of the body begin in the file: `start`, or 0 from a server that ignores ranges. */
  start: number;
  /** Size of the whole file, when the server says. */
  totalBytes?: number;
  /** Names this content at this source. */
  etag?: string;
  body: Pick<GetResponse, "read" | "cancel">;
}

export interface RangeRequest {
  source: ResolvedSource;
  start: number;
  /** Absent: to the end of the file. */
  end?: number;
  /** Only the content of this name is wanted; of another the source sends all. */
  etag?: string;
}

/**
 * Asks a source for `[start, end)`, or from `start` to the end of the file.
 * @throws TenfoldError `network` or `http-status` (retryable, with `details.retryAfterMs` where the server asks for
 * patience), `unauthorized`, `size-mismatch` for an answer that is not what was asked.
 */
export async function openRange(get: Get, { source, start, end, etag }: RangeRequest, signal: AbortSignal): Promise<OpenRange> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (start > 0 || (end !== undefined && end > start)) headers.range = `bytes=${start}-${end === undefined ? "" : end - 1}`;
  if (start > 0 && etag !== undefined && !etag.startsWith("W/")) headers["if-range"] = etag;
  let response: GetResponse;
  try {
    response = await follow(get, source, headers, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (TenfoldError.is(error)) throw error;
    throw new TenfoldError("network", `Cannot reach ${shownUrl(source.url)}: ${reason(error)}`, { cause: error });
  }
  try {
    return read(response, source, start);
  } catch (error) {
    await response.cancel();
    throw error;
  }
}

function read(response: GetResponse, source: ResolvedSource, start: number): OpenRange {
  const where = shownUrl(source.url);
  if (response.status < 200 || response.status > 299) throw statusError(response, where);
  const encoding = response.headers.get("content-encoding");
  if (encoding && encoding !== "identity") throw mismatch(`${where} sends ${encoding} where the plain file was asked for.`);
  if (response.status === 204) throw mismatch(`${where} sends no body.`);
  const tag = response.headers.get("etag");
  const etag = tag === null ? {} : { etag: tag };
  if (response.status !== 206) {
    const length = response.headers.get("content-length");
    return { start: 0, body: response, ...etag, ...(length === null ? {} : { totalBytes: Number(length) }) };
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (!range || Number(range[1]) !== start) throw mismatch(`${where} answers with another range than was asked for.`);
  return { start, body: response, ...etag, ...(range[3] === "*" ? {} : { totalBytes: Number(range[3]) }) };
}

function statusError(response: GetResponse, where: string): TenfoldError {
  const { status } = response;
  const message = `${where} answers ${status}${response.statusText ? ` ${response.statusText}` : ""}.`;
  if (status === 401 || status === 403) return new TenfoldError("unauthorized", message, { details: { status } });
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  const remedy = retryable ? {} : { remedy: "The source does not have this file any more; tell the hub's curators." };
  return new TenfoldError("http-status", message, { retryable, ...remedy, details: { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } });
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function mismatch(message: string): TenfoldError {
  return new TenfoldError("size-mismatch", message);
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name) : String(cause);
}
