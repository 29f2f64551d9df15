import { packageTests } from "@tenfold/tooling/vitest";

export default packageTests({ test: { globalSetup: ["./test/provide-host.ts"] } });
