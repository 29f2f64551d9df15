import { packageTests } from "@tenfold/tooling/vitest";

// These run in browsers, where the coverage of Node does not see them.
export default packageTests({ test: { coverage: { exclude: ["src/browser.ts", "src/litert/browser-binding.ts"] } } });
