import { collectGarbage } from "./collect-garbage.ts";

/** Collects this process's garbage every second, for whoever watches its memory from outside. */
export function collectRegularly(): void {
  setInterval(collectGarbage, 1000).unref();
}
