import { TenfoldError } from "@tenfold/catalog";
import type { Sha256Hash } from "../platform/platform.ts";
import { createConnections } from "./connection-limits.ts";
import type { DownloadRequest, DownloadSettings } from "./download.ts";
import { createRamp } from "./ramp.ts";
import type { BadSegment, Segment } from "./segments.ts";
import { recallSource } from "./source-memory.ts";
import { createSourceRota } from "./source-rota.ts";
import { type StreamSettings, streamSegments } from "./stream-segments.ts";
import { syncAsItGrows } from "./sync-as-it-grows.ts";
import { createWork, type Run } from "./work.ts";

const defaultConnections = 4;
const defaultSplitBytes = 32 * 1024 * 1024;

/**
 * Fetches what is missing of a file, over one connection, and over more where that turns out to be faster.
 * @param doneBytes what is right already.
 */
export async function fetchMissing(
  missing: readonly BadSegment[],
  doneBytes: number,
  request: DownloadRequest,
  settings: DownloadSettings & { newHash: (segment: Segment) => Sha256Hash },
): Promise<void> {
  const { platform, log, onProgress, attempts = 5, stallTimeoutMs = 30_000, connections = defaultConnections, splitBytes = defaultSplitBytes } = settings;
  const places = settings.places ?? createConnections({ total: connections, perHost: connections });
  const failed = new AbortController();
  const signal = settings.signal ? AbortSignal.any([settings.signal, failed.signal]) : failed.signal;
  const rota = createSourceRota(request.name, request.sources, attempts);
  rota.current();

  const work = createWork(missing, splitBytes);
  const ramp = createRamp(platform.clock, connections);
  const lanes = new Set<Promise<void>>();
  let arrivedBytes = doneBytes;
  let furthestBytes = doneBytes;
  let totalBytes = request.sizeBytes;

  function onBytes(countBytes: number, total?: number): void {
    totalBytes ??= total;
    arrivedBytes += countBytes;
    if (arrivedBytes <= furthestBytes) return;
    furthestBytes = arrivedBytes;
    onProgress?.({ receivedBytes: furthestBytes, ...(totalBytes === undefined ? {} : { totalBytes }) });
    if (ramp.wantsMore(furthestBytes, lanes.size)) startLane(true);
  }

  const memory = await recallSource(platform, request.path);
  const file = syncAsItGrows(await platform.files.open(request.path));
  const stream: StreamSettings = { request, platform, file, stallTimeoutMs, signal, newHash: settings.newHash, memory, onBytes };

  /** One connection's worth of fetching. @returns false when an additional connection was not to be had. */
  async function attempt(run: Run, additional: boolean): Promise<boolean> {
    const source = rota.current();
    const { host } = URL.canParse(source.url) ? new URL(source.url) : { host: "" };
    const release = additional ? places.tryAcquire(host) : await places.acquire(host, { signal });
    if (!release) return false;
    const reached = () => run.cursor?.position ?? run.segments[0]?.filledTo;
    const before = { furthestBytes, first: run.segments[0], reached: reached() };
    let waitMs: number;
    try {
      await streamSegments(run, source, stream);
      rota.succeeded();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!TenfoldError.is(error) || error.stage === "storage") throw error;
      const brought = run.segments[0] !== before.first || reached() !== before.reached;
      // Servers that limit connections refuse the second one in many ways; the first goes on.
      if (additional && !brought && error.code !== "digest-mismatch") {
        ramp.stop();
        return false;
      }
      const { waitMs: pause, plan } = rota.failed(source, error, furthestBytes > before.furthestBytes);
      log("warning", `${error.message} ${plan}`, { file: request.name, code: error.code });
      waitMs = pause;
    } finally {
      release();
    }
    if (waitMs > 0) await platform.clock.sleep(waitMs, signal);
    return true;
  }

  async function fetchRuns(additional: boolean): Promise<void> {
    for (let run = work.take(); run; run = work.take()) {
      try {
        while (run.segments.length > 0) if (!(await attempt(run, additional))) return;
      } finally {
        work.giveBack(run);
      }
    }
  }

  function startLane(additional: boolean): void {
    const lane = fetchRuns(additional)
      .catch((error: unknown) => failed.abort(error))
      .finally(() => lanes.delete(lane));
    lanes.add(lane);
  }

  try {
    do {
      startLane(false);
      while (lanes.size > 0) await Promise.race(lanes);
      signal.throwIfAborted();
    } while (work.waiting);
    await file.sync();
  } finally {
    await file.close();
  }
  await memory.forget();
}
