import { fileURLToPath } from "node:url";
import { packageTests } from "@tenfold/tooling/vitest";

export default packageTests({ test: { globalSetup: [fileURLToPath(new URL("./test/prepare-mlx.ts", import.meta.url))] } });
