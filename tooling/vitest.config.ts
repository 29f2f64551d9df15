import { packageTests } from "./vitest/package-tests.mjs";

export default packageTests({
  test: {
    include: ["{bootstrap,gguf-header,new-adapter,packed,pages,smollm2,swift,test-server,tuf-conformance,vitest,workspace}/**/*.test.ts"],
    // What runs in its own process (bootstrap, packed) is tested from outside, where coverage does not look.
    coverage: {
      include: [
        "gguf-header/**/*.ts",
        "smollm2/**/*.mjs",
        "swift/find-swift.mjs",
        "test-server/**/*.ts",
        "vitest/requirement.ts",
        "workspace/**/*.ts",
        "pages/**/*.ts",
        "bootstrap/summary.mjs",
      ],
    },
  },
});
