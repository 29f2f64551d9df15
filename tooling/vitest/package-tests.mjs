import { defineConfig } from "vitest/config";

/** The vitest configuration that every package shares. */
export function packageTests() {
  return defineConfig({ test: { include: ["src/**/*.test.ts", "test/**/*.test.ts"] } });
}
