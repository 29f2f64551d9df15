import { packageTests } from "@tenfold/tooling/vitest";

// Pages and their parts are held by the browser test, in another process, where no line is counted.
export default packageTests({
  test: {
    // Each file may have a database or a whole hub of its own; two at a time is what a small machine bears.
    maxWorkers: 2,
    coverage: { exclude: ["src/**/*.tsx", "src/app/**", "src/proxy.ts"] },
  },
});
