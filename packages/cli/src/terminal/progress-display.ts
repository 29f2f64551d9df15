import type { ProgressEvent, ProgressStage } from "@tenfold/core";
import { formatDuration, formatSize } from "./format-size.ts";
import type { TextStream } from "./text-stream.ts";

const words: Readonly<Record<ProgressStage, string>> = {
  discovery: "Looking up",
  download: "Downloading",
  extraction: "Extracting",
  validation: "Checking",
  initialization: "Preparing",
  loading: "Loading",
  ready: "Ready",
};

export interface ProgressDisplay {
  show(event: ProgressEvent): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

const redrawMs = 80;

/** One line that is drawn over on a terminal; elsewhere a line for every tenth of a download. */
export function createProgressDisplay(stream: TextStream, name: string, now: () => number = () => performance.now()): ProgressDisplay {
  return stream.isTTY ? drawnDisplay(stream, now) : plainDisplay(stream, name);
}

function drawnDisplay(stream: TextStream, now: () => number): ProgressDisplay {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let stage: ProgressStage | undefined;
  const clear = "\r\u001b[2K";
  return {
    show(event) {
      if (event.stage === stage && event.stageFraction < 1 && now() - drawnAt < redrawMs) return;
      stage = event.stage;
      drawnAt = now();
      stream.write(`${clear}${progressLine(event, stream.columns ?? 80)}`);
    },
    end() {
      if (stage !== undefined) stream.write(clear);
    },
  };
}

/** "Downloading ━━━━━━────── 52 %  51.1 of 98.4 MB  48.2 MB/s  1s left", as wide as the terminal allows. */
export function progressLine(event: ProgressEvent, columns: number): string {
  const { stage, stageFraction, bytes, remainingMs } = event;
  const percent = `${Math.floor(stageFraction * 100)} %`.padStart(5);
  const facts = bytes
    ? [
        `${formatSize(bytes.received)} of ${formatSize(bytes.total)}`,
        bytes.perSecond > 0 ? `${formatSize(bytes.perSecond)}/s` : "",
        remainingMs ? `${formatDuration(remainingMs)} left` : "",
      ]
    : [];
  const text = facts.filter(Boolean).join("  ");
  const width = Math.max(0, Math.min(30, columns - words[stage].length - percent.length - text.length - 5));
  const filled = Math.round(width * stageFraction);
  return `${words[stage]} ${"━".repeat(filled)}${"─".repeat(width - filled)}${percent}  ${text}`.slice(0, Math.max(1, columns - 1));
}

function plainDisplay(stream: TextStream, name: string): ProgressDisplay {
  let shown = -1;
  return {
    show({ stage, stageFraction, bytes }) {
      const tenth = Math.floor(stageFraction * 10);
      if (stage !== "download" || !bytes || tenth <= shown) return;
      shown = tenth;
      stream.write(`${name}: ${tenth * 10} % (${formatSize(bytes.received)} of ${formatSize(bytes.total)})\n`);
    },
    end() {},
  };
}
