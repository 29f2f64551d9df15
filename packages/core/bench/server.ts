import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { benchBytes } from "./content.ts";

/** What the parent process asks for, as JSON in the first argument. */
export interface BenchServerSettings {
  sizeBytes: number;
  bytesPerSecond?: number;
  bytesPerSecondAndConnection?: number;
  /** Closes each connection after so many body bytes. */
  dropAfterBytes?: number;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as BenchServerSettings;
const pieceBytes = 256 * 1024;
const bytes = benchBytes();
let bodyBytes = 0;
let requests = 0;

/** Lets through so many bytes a second, whoever asks; a burst is at most 20 ms. */
function createPace(bytesPerSecond: number | undefined): (count: number) => Promise<void> {
  let freeAt = performance.now();
  return async (count) => {
    if (bytesPerSecond === undefined) return;
    const now = performance.now();
    freeAt = Math.max(freeAt, now - 20) + (count * 1000) / bytesPerSecond;
    if (freeAt > now) await pause(freeAt - now);
  };
}

const sharedPace = createPace(settings.bytesPerSecond);

const server = createServer((request, response) => {
  if (request.url === "/counters") return void response.end(JSON.stringify({ bodyBytes, requests }));
  requests += 1;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Math.min(Number(range[2]) + 1, settings.sizeBytes) : settings.sizeBytes;
  response.writeHead(range ? 206 : 200, {
    "content-length": end - start,
    "accept-ranges": "bytes",
    etag: '"bench"',
    // What clients of the Hugging Face Hub ask for beside the file.
    "x-repo-commit": "0".repeat(40),
    ...(range ? { "content-range": `bytes ${start}-${end - 1}/${settings.sizeBytes}` } : {}),
  });
  if (request.method === "HEAD") return void response.end();
  send(response, start, end).catch(() => response.destroy());
});

async function send(response: ServerResponse, start: number, end: number): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const ownPace = createPace(settings.bytesPerSecondAndConnection);
  const stop = Math.min(end, start + (settings.dropAfterBytes ?? Number.POSITIVE_INFINITY));
  for (let position = start; position < stop; ) {
    const from = position % bytes.length;
    const piece = bytes.subarray(from, Math.min(from + pieceBytes, from + stop - position));
    await Promise.all([sharedPace(piece.length), ownPace(piece.length)]);
    if (response.destroyed) return;
    bodyBytes += piece.length;
    if (!response.write(piece)) await once(response, "drain", { signal: gone.signal });
    position += piece.length;
  }
  if (stop < end) response.destroy();
  else response.end();
}

server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on("end", () => process.exit());
