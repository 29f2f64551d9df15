import { bundledHost, packageTests } from "@tenfold/tooling/vitest";

// This runs in Chromium (test/browser), where the coverage of Node does not see it.
const inBrowsers = ["src/bindings/browser.ts"];

export default packageTests({ test: { globalSetup: [bundledHost], coverage: { exclude: inBrowsers } } });
