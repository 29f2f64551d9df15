import { TenfoldError } from "@tenfold/catalog";
import type { Hub } from "./open-hub.ts";

// Next bundles its own copy of every module, so what the server opened is handed over in the one place both see.
const place = globalThis as typeof globalThis & { [key: symbol]: Hub | undefined };
const key = Symbol.for("tenfold.hub");

export function setCurrentHub(hub: Hub | undefined): void {
  place[key] = hub;
}

/** @throws TenfoldError when pages are served by something other than the hub's own server. */
export function currentHub(): Hub {
  const hub = place[key];
  if (hub === undefined)
    throw new TenfoldError("storage-failed", "No hub is open in this process.", { remedy: "Start it with: node bin/tenfold-hub.mjs start" });
  return hub;
}
