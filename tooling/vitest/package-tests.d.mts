import type { ViteUserConfig } from "vitest/config";

/**
 * The vitest configuration that every package shares.
 * @param overrides merged over it; a module's URL (`import.meta.url`) is accepted and changes nothing.
 */
export declare function packageTests(overrides?: ViteUserConfig | string): ViteUserConfig;

/** A global set-up that bundles the package's `test/host-program.ts`. */
export declare const bundledHost: string;

declare module "vitest" {
  interface ProvidedContext {
    /** The program of host processes, where the configuration has `bundledHost`. */
    hostEntry: string;
  }
}
