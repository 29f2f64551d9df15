import { bundledHost, packageTests } from "@tenfold/tooling/vitest";

// These run in Chromium (test/browser), where the coverage of Node does not see them.
const inBrowsers = ["src/browser.ts", "src/bindings/browser.ts", "src/web/*.ts"];

export default packageTests({ test: { globalSetup: [bundledHost], coverage: { exclude: inBrowsers } } });
