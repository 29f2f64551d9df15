/// <reference lib="dom" />
import type { Platform } from "../platform/platform.ts";
import { timerClock } from "../platform/timer-clock.ts";
import { browserDevice } from "./device/browser-device.ts";
import { createBrowserFiles } from "./files.ts";
import { operatingSystem } from "./operating-system.ts";
import { createSha256 } from "./sha256.ts";

export interface BrowserPlatformOptions {
  /** Folder of the store in this site's private file system. Default `tenfold`. */
  folder?: string;
}

export interface BrowserPlatform extends Platform {
  /**
   * Asks the browser not to clear what this site stores when space runs short; some ask the user.
   * @returns whether it agreed.
   */
  persist(): Promise<boolean>;
}

/** Pages and workers of a browser, with the store in the Origin Private File System. Needs https or localhost. */
export function browserPlatform({ folder = "tenfold" }: BrowserPlatformOptions = {}): BrowserPlatform {
  return {
    name: "browser",
    os: operatingSystem(navigator.userAgent),
    architecture: "wasm32",
    files: createBrowserFiles(folder),
    // What core fetches it verifies and keeps itself: the browser's cache would hold large files twice, and damaged ones.
    fetch: (input, init) => globalThis.fetch(input, { cache: "no-store", ...init }),
    clock: timerClock,
    sha256: createSha256,
    device: browserDevice(),
    persist: () => navigator.storage.persist(),
  };
}
