import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/**
 * The memory of this process that is in use after a collection: what JavaScript no longer holds is not counted against native code.
 * @param processId of another process, on Linux, whose collections are its own.
 */
export function residentBytes(processId: number = process.pid): number {
  if (processId !== process.pid) return residentOf(processId);
  collect();
  return process.memoryUsage.rss();
}

function residentOf(processId: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
