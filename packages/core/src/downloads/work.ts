import type { Sha256Hash } from "../platform/platform.ts";
import type { BadSegment } from "./segments.ts";

/** Consecutive segments that one connection fetches in order. Segments leave at the front once they are right. */
export interface Run {
  segments: BadSegment[];
  /** How far the first segment is; kept over dropped connections. */
  cursor?: { hash: Sha256Hash; position: number };
}

/** What is left to fetch, and who is at it. */
export interface Work {
  /** The next run, or the second half of the longest that somebody is fetching; undefined when there is nothing worth it. */
  take(): Run | undefined;
  /** Called when nobody is at a run any more; what is left of it waits for the next. */
  giveBack(run: Run): void;
  /** False once nothing is left that nobody is fetching. */
  readonly waiting: boolean;
}

/** @param splitBytes a run is shared only when so much of it is left. */
export function createWork(missing: readonly BadSegment[], splitBytes: number): Work {
  const waiting: Run[] = [];
  for (const segment of missing) {
    const last = waiting.at(-1)?.segments;
    // What lies in the middle already is gone on from only by a run that begins there.
    if (last && last.at(-1)?.end === segment.start && segment.filledTo === segment.start) last.push(segment);
    else waiting.push({ segments: [segment] });
  }
  const taken = new Set<Run>();

  function split(): Run | undefined {
    const longest = [...taken].sort((left, right) => right.segments.length - left.segments.length)[0];
    if (!longest || longest.segments.length < 2 || sizeOf(longest.segments) < splitBytes) return undefined;
    return { segments: longest.segments.splice(Math.ceil(longest.segments.length / 2)) };
  }

  return {
    take() {
      const run = waiting.shift() ?? split();
      if (run) taken.add(run);
      return run;
    },
    giveBack(run) {
      taken.delete(run);
      if (run.segments.length > 0) waiting.unshift(run);
    },
    get waiting() {
      return waiting.length > 0;
    },
  };
}

export function sizeOf(segments: readonly { start: number; end?: number }[]): number {
  return segments.reduce((sum, { start, end }) => sum + (end === undefined ? 0 : end - start), 0);
}
