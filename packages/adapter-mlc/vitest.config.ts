import { bundledHost, packageTests } from "@tenfold/tooling/vitest";

// These run in Chromium (test/browser) and in hosts, where the coverage of this process does not see them.
const elsewhere = ["src/browser.ts", "src/bindings/*.ts", "src/web/*.ts"];

export default packageTests({ test: { globalSetup: [bundledHost], coverage: { exclude: elsewhere } } });
