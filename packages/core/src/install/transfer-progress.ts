import type { DownloadProgress } from "../downloads/download.ts";
import type { ProgressTracker } from "../progress/progress.ts";

export interface TransferProgress {
  /** A file on its way. */
  report(sha256: string, progress: DownloadProgress): void;
  /** A file that is here. It counts, and is told with the next report. */
  complete(sha256: string, sizeBytes: number): void;
}

interface Transfer {
  /** What lay here before anything came. */
  startBytes: number;
  receivedBytes: number;
  totalBytes: number;
}

/** Sums up several files that arrive at once. `sizes`: what is known of them before. Neither bytes nor fraction ever fall. */
export function createTransferProgress(sizes: ReadonlyMap<string, number>, progress: ProgressTracker, now: () => number): TransferProgress {
  const transfers = new Map<string, Transfer>();
  let firstAt: number | undefined;
  let highest = 0;

  function note(sha256: string, receivedBytes: number, totalBytes: number): void {
    const known = transfers.get(sha256) ?? { startBytes: receivedBytes, receivedBytes: 0, totalBytes: sizes.get(sha256) ?? 0 };
    const received = Math.max(known.receivedBytes, receivedBytes);
    transfers.set(sha256, { ...known, receivedBytes: received, totalBytes: Math.max(known.totalBytes, totalBytes, received) });
  }

  return {
    report(sha256, { receivedBytes, totalBytes = 0 }) {
      note(sha256, receivedBytes, totalBytes);
      let [received, total, came] = [0, 0, 0];
      for (const one of transfers.values()) {
        received += one.receivedBytes;
        total += one.totalBytes;
        came += one.receivedBytes - one.startBytes;
      }
      for (const [waiting, sizeBytes] of sizes) if (!transfers.has(waiting)) total += sizeBytes;
      firstAt ??= now();
      const elapsedMs = now() - firstAt;
      highest = Math.max(highest, total === 0 ? 0 : received / total);
      progress.report("download", highest, { received, total, perSecond: elapsedMs > 0 ? (came * 1000) / elapsedMs : 0 });
    },
    complete: (sha256, sizeBytes) => note(sha256, sizeBytes, sizeBytes),
  };
}
