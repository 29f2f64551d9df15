import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** The memory of this process that is in use after a collection: what JavaScript no longer holds is not counted against native code. */
export function residentBytes(): number {
  collect();
  return process.memoryUsage.rss();
}
