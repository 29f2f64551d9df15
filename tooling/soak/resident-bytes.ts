import { readFileSync } from "node:fs";
import { collectGarbage } from "./collect-garbage.ts";

/**
 * The memory of this process that is in use after a collection: what JavaScript no longer holds is not counted against native code.
 * @param processId of another process, on Linux; it collects its own garbage: {@link collectRegularly}.
 */
export function residentBytes(processId: number = process.pid): number {
  if (processId !== process.pid) return residentOf(processId);
  collectGarbage();
  return process.memoryUsage.rss();
}

function residentOf(processId: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
