// `tenfold serve`'s server in a process of its own, for serve.bench.ts: prints its address, ends with its input.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold, importModel, silentLog } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { createServedModels } from "../../src/serve/served-models.ts";
import { createModelServer } from "../../src/serve/server.ts";

const [modelPath = "", parallel = "4"] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "tenfold-serve-bench-"));
const platform = nodePlatform({ home });
const tenfold = createTenfold({ adapters: [llamaCpp({ gpu: false })], platform });
await importModel(platform, tenfold.store, modelPath, { id: "model" });
// In this process, as the other side is, so that the memory of both is measured alike.
const load = { threads: 1, contextSize: 512, parallel: Number(parallel), isolation: "none" } as const;
const models = createServedModels({ tenfold, load, maxWaiting: 1000, queueTimeoutMs: 3_600_000 });
const server = createModelServer({ models, apiKeys: [], origins: [], log: silentLog });
process.stdout.write(`${await server.listen({ host: "127.0.0.1", port: 0 })}\n`);
process.stdin.resume().once("end", async () => {
  await server.stop(0);
  rmSync(home, { recursive: true });
});
