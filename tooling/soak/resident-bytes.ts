import { readFileSync } from "node:fs";
import { collectGarbage } from "./collect-garbage.ts";

/**
 * The memory of a process that is in use after a collection: what JavaScript no longer holds is not counted against native code. On Linux without
 * what is mapped from files, which the system drops and reads again as it pleases.
 * @param processId of another process, on Linux; it collects its own garbage: {@link collectRegularly}.
 */
export function residentBytes(processId: number = process.pid): number {
  if (processId === process.pid) collectGarbage();
  return process.platform === "linux" ? anonymousOf(processId) : process.memoryUsage.rss();
}

function anonymousOf(processId: number): number {
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
