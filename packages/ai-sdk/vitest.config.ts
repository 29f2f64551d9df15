import { packageTests } from "@tenfold/tooling/vitest";

export default packageTests(import.meta.url);
