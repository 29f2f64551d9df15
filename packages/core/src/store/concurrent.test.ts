import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createStore } from "./store.ts";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const files = [{ path: "shared.gguf", bytes: paddedGguf(2_000_000) }];

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
const children: ChildProcess[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog(["one", "two"].map((id) => ({ id, variants: [{ id: "q4", files }] })));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await catalog.server.close();
  await platform.remove();
});

/** Another process with an open store at hand; `digest` is the SHA-256 of what an installed model's file shows. */
function otherProcess(code: string): ChildProcess {
  const address = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { createHash } from "node:crypto";
    const { createTenfold } = await import(${address("../tenfold/tenfold.ts")});
    const { nodePlatform } = await import(${address("../node/platform.ts")});
    const adapter = { framework: "reader", formats: ["gguf"], probe: async () => ({ available: false, reason: "", remedy: "" }), load: () => Promise.reject(new Error()) };
    const platform = nodePlatform({ home: ${JSON.stringify(platform.home)} });
    const tenfold = createTenfold({ adapters: [adapter], catalogs: [${JSON.stringify(catalog.server.origin)}], platform });
    const { store } = tenfold;
    const digest = async (record) => createHash("sha256").update(await store.open(record).files[0].read()).digest("hex");
    ${code}`;
  const child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

const installAndRemove = (model: string) => `
  for (let round = 0; round < 12; round += 1) {
    const record = await tenfold.pull("${model}");
    if ((await digest(record)) !== record.files[0].sha256) throw new Error("lost a file");
    await store.remove(await store.planRemoval("${model}"));
  }
  const record = await tenfold.pull("${model}");
  if ((await digest(record)) !== record.files[0].sha256) throw new Error("lost a file");`;

describe("several processes at one store", () => {
  it("never lose a file that one installs while others remove and collect garbage", { timeout: 60_000 }, async () => {
    const installers = [otherProcess(installAndRemove("one")), otherProcess(installAndRemove("two"))];
    const exits = installers.map((child) => once(child, "exit"));
    let running = true;
    const ended = Promise.all(exits).finally(() => {
      running = false;
    });
    const store = createStore(platform);
    while (running) await store.collectGarbage({ partialAgeMs: 0 });
    expect((await ended).map(([exitCode]) => exitCode)).toEqual([0, 0]);
    expect((await store.collectGarbage({ partialAgeMs: 0 })).garbage).toEqual([]);
    expect((await store.installed()).map(({ model }) => model)).toEqual(["one", "two"]);
    expect(await store.usage()).toMatchObject({ orphans: [], partials: [] });
  });

  it("leave what a process that was killed had claimed to the next collection", { timeout: 30_000 }, async () => {
    const other = otherProcess(`
      const record = await tenfold.pull("one");
      await store.claim([record.files[0].sha256]);
      await store.remove(await store.planRemoval("one"));
      console.log("claimed");
      setInterval(() => {}, 1000);`);
    await once(other.stdout as NodeJS.ReadableStream, "data");
    const store = createStore(platform);
    expect((await store.usage()).orphans).toHaveLength(1);
    expect((await store.collectGarbage()).freedBytes).toBe(0);
    other.kill("SIGKILL");
    await once(other, "exit");
    expect((await store.collectGarbage()).freedBytes).toBe(files[0]?.bytes.length);
  });
});
