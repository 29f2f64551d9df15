import type { DeviceProbe } from "../../platform/hardware.ts";

/** The device as a browser lets pages see it; the code comes when it is first asked for. Browsers push no pressure: nothing can be observed. */
export function browserDevice(): DeviceProbe {
  return {
    describe: async () => (await import("./describe-browser.ts")).describeBrowser(),
    state: async () => (await import("./describe-browser.ts")).browserState(),
  };
}
