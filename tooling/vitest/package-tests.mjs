import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import { createReport } from "./report.mjs";

export const bundledHost = fileURLToPath(new URL("./bundle-host.ts", import.meta.url));

/**
 * The vitest configuration that every package shares.
 * `npm test` switches coverage on with TENFOLD_COVERAGE; a bare `vitest run` in a package stays quick.
 */
export function packageTests(overrides = {}) {
  const shared = defineConfig({
    test: {
      include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
      pool: "forks",
      testTimeout: 60_000,
      hookTimeout: 120_000,
      passWithNoTests: true,
      reporters: ["default", createReport()],
      coverage: {
        enabled: process.env.TENFOLD_COVERAGE === "1",
        provider: "v8",
        reporter: ["json-summary"],
        reportsDirectory: ".test/coverage",
        include: ["src/**/*.{ts,tsx}"],
        exclude: ["**/*.test.{ts,tsx}", "**/*.d.ts", "**/generated/**"],
      },
    },
  });
  return mergeConfig(shared, defineConfig(typeof overrides === "string" ? {} : overrides));
}
