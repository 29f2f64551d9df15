import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { tinyEncoder, tinyModel } from "@tenfold/adapter-testkit/models";
import { createTenfold, importModel, silentLog, type Tenfold } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { createServedModels, type ServedModels, type ServedModelsOptions } from "../src/serve/served-models.ts";
import { createModelServer, type ModelServer, type ModelServerOptions } from "../src/serve/server.ts";

export interface OpenModelServer {
  readonly url: string;
  readonly tenfold: Tenfold;
  readonly models: ServedModels;
  readonly server: ModelServer;
  close(): Promise<void>;
}

type Settings = Partial<Omit<ServedModelsOptions, "tenfold"> & Pick<ModelServerOptions, "apiKeys" | "origins" | "hosts">>;

/** The real server on a free port, with the tiny model and the tiny encoder installed. */
export async function openModelServer({
  load,
  maxWaiting = 64,
  queueTimeoutMs = 300_000,
  apiKeys = [],
  origins = [],
  hosts,
}: Settings = {}): Promise<OpenModelServer> {
  const home = await mkdtemp(join(tmpdir(), "tenfold-serve-"));
  const platform = nodePlatform({ home });
  const tenfold = createTenfold({ adapters: [llamaCpp({ gpu: false })], platform });
  for (const [id, model] of [
    ["tiny", await tinyModel()],
    ["encoder", await tinyEncoder()],
  ] as const)
    await importModel(platform, tenfold.store, model.files[0]?.location?.() ?? "", { id });
  const models = createServedModels({ tenfold, load: { threads: 1, isolation: "none", ...load }, maxWaiting, queueTimeoutMs });
  const server = createModelServer({ models, apiKeys, origins, log: silentLog, ...(hosts ? { hosts } : {}) });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...{ url, tenfold, models, server },
    async close() {
      await server.stop(0);
      await rm(home, { recursive: true });
    },
  };
}
