import type { Adapter } from "../src/contract/adapter.ts";

/** Claims a format so that variants can be chosen, for tests in which nothing is loaded. */
export const ggufReader: Adapter = {
  framework: "reader",
  formats: ["gguf"],
  probe: async () => ({ available: false, reason: "It only reads.", remedy: "None." }),
  load: () => Promise.reject(new Error("It only reads.")),
};
