import { fileURLToPath } from "node:url";
import { bundledHost, packageTests } from "@tenfold/tooling/vitest";

export default packageTests({ test: { globalSetup: [bundledHost, fileURLToPath(new URL("./test/prepare-mlx.ts", import.meta.url))] } });
