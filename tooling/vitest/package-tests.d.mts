import type { ViteUserConfig } from "vitest/config";

/**
 * The vitest configuration that every package shares.
 * @param overrides merged over it; a module's URL (`import.meta.url`) is accepted and changes nothing.
 */
export declare function packageTests(overrides?: ViteUserConfig | string): ViteUserConfig;
