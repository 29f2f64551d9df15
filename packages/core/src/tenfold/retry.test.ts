import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tarFile } from "../../test/archive-files.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Adapter } from "../contract/index.ts";
import type { Attempt } from "./attempt.ts";
import { createTenfold } from "./tenfold.ts";

const tiny = readFileSync(fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url)));
const artifactPath = `/artifacts/sha256/${sha256Of(tiny)}`;
const reason = new Error("later");

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf", files: [{ path: "tiny.gguf", bytes: tiny }] }] }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (adapter: Adapter = scriptedAdapter().adapter) => createTenfold({ adapters: [adapter], catalogs: [catalog.server.origin], platform });
/** The states that the latest try went through. */
const since = ({ lifecycle: { history } }: Attempt<unknown>) => history.slice(history.findLastIndex(({ to }) => to === "error") + 1).map(({ to }) => to);
/** Aborts when the lifecycle reaches a state. */
function abortAt(attempt: Attempt<unknown>, abort: AbortController, state: string) {
  attempt.lifecycle.observe(({ to }) => to === state && abort.abort(reason));
}

describe("a retry", () => {
  it("of the discovery asks the hub again", async () => {
    const timestamp = await fetch(catalog.server.url("/tuf/timestamp.json")).then((response) => response.arrayBuffer());
    catalog.server.setFile("/tuf/timestamp.json", new TextEncoder().encode("not JSON"));
    const attempt = open().startPull("tiny");
    await expect(attempt.result).rejects.toMatchObject({ code: "untrusted-catalog" });
    catalog.server.setFile("/tuf/timestamp.json", new Uint8Array(timestamp));
    expect((await attempt.retry()).model).toBe("tiny");
    expect(since(attempt)).toEqual(["uninitialized", "discovered", "downloading", "downloaded", "validating", "validated"]);
  });

  it("of the download asks no catalog, and only for the bytes that are missing", async () => {
    catalog.server.addFault({ kind: "status", status: 403, path: artifactPath });
    const attempt = open().startPull("tiny");
    await expect(attempt.result).rejects.toMatchObject({ code: "unauthorized" });
    const documents = () => catalog.server.requests.filter(({ path }) => path.includes("/tuf/") || path.includes("/catalog/sha256")).length;
    const before = documents();
    await attempt.retry();
    // The chunk list is a document too, and belongs to the download.
    expect(documents() - before).toBeLessThanOrEqual(1);
    expect(catalog.server.bytesSent(artifactPath)).toBe(tiny.length);
    expect(since(attempt)).toEqual(["discovered", "downloading", "downloaded", "validating", "validated"]);
  });

  it("of the validation fetches nothing", async () => {
    const abort = new AbortController();
    const attempt = open().startPull("tiny", { signal: abort.signal });
    abortAt(attempt, abort, "validating");
    await expect(attempt.result).rejects.toBe(reason);
    const before = catalog.server.requestCount();
    expect((await attempt.retry()).metadata).toMatchObject({ architecture: "llama" });
    expect(catalog.server.requestCount()).toBe(before);
    expect(since(attempt)).toEqual(["downloaded", "validating", "validated"]);
  });

  it("fetches what somebody removed between the two tries", async () => {
    const abort = new AbortController();
    const attempt = open().startPull("tiny", { signal: abort.signal });
    abortAt(attempt, abort, "validating");
    await expect(attempt.result).rejects.toBe(reason);
    await open().store.collectGarbage();
    expect((await attempt.retry()).model).toBe("tiny");
    expect(since(attempt)).toEqual(["downloaded", "validating", "downloading", "downloaded", "validating", "validated"]);
  });

  it("of the extraction goes on from the archive that is here", async () => {
    const bytes = tarFile([{ name: "tiny.gguf", bytes: tiny }]);
    const members = [{ path: "tiny.gguf", role: "weights" as const, sizeBytes: tiny.length, sha256: sha256Of(tiny) }];
    catalog.publish([{ id: "packed", variants: [{ id: "gguf", files: [{ path: "tiny.tar", bytes, archive: { kind: "tar", members } }] }] }]);
    const abort = new AbortController();
    const attempt = open().startPull("packed", { signal: abort.signal });
    abortAt(attempt, abort, "extracting");
    await expect(attempt.result).rejects.toBe(reason);
    const before = catalog.server.requestCount();
    expect((await attempt.retry()).files).toMatchObject([{ path: "tiny.gguf" }]);
    expect(catalog.server.requestCount()).toBe(before);
    expect(since(attempt)).toEqual(["downloaded", "extracting", "extracted", "validating", "validated"]);
  });

  it("of the initialization neither looks at the hub nor at the files again", async () => {
    let isReady = false;
    const { adapter, calls } = scriptedAdapter();
    const later: Adapter = {
      ...adapter,
      probe: async (context) => (isReady ? adapter.probe(context) : { available: false, reason: "Not yet.", remedy: "Wait." }),
    };
    const attempt = open(later).startLoad("tiny");
    await expect(attempt.result).rejects.toMatchObject({ code: "framework-unavailable" });
    expect(attempt.lifecycle.state).toBe("error");
    const before = catalog.server.requestCount();
    isReady = true;
    const model = await attempt.retry();
    expect(catalog.server.requestCount()).toBe(before);
    expect(calls).toEqual(["load tiny.gguf"]);
    expect(since(attempt)).toEqual(["validated", "initializing", "initialized", "loading", "loaded", "ready"]);
    expect(await attempt.result).toBe(model);
    await model.dispose();
  });

  it("of the loading neither probes nor prepares again", async () => {
    const { adapter, calls } = scriptedAdapter({ prepares: true });
    let failures = 2;
    const fails: Adapter = {
      ...adapter,
      probe(context) {
        calls.push("probe");
        return adapter.probe(context);
      },
      load(...loading) {
        if (failures === 0) return adapter.load(...loading);
        failures -= 1;
        calls.push("fail");
        return Promise.reject(new TenfoldError("out-of-memory", "It does not fit yet."));
      },
    };
    const attempt = open(fails).startLoad("tiny");
    await expect(attempt.result).rejects.toMatchObject({ code: "out-of-memory" });
    await expect(attempt.retry()).rejects.toMatchObject({ code: "out-of-memory" });
    const model = await attempt.retry();
    expect(calls).toEqual(["probe", "prepare", "fail", "fail", "load tiny.gguf"]);
    expect(since(attempt)).toEqual(["initialized", "loading", "loaded", "ready"]);
    expect(model.lifecycle.state).toBe("ready");
    await model.dispose();
  });

  it("takes a new signal in place of one that was aborted", async () => {
    const abort = new AbortController();
    const attempt = open().startLoad("tiny", { signal: abort.signal });
    abortAt(attempt, abort, "loading");
    await expect(attempt.result).rejects.toBe(reason);
    const again = new AbortController();
    again.abort(new Error("again"));
    await expect(attempt.retry({ signal: again.signal })).rejects.toThrow("again");
    await (await attempt.retry()).dispose();
  });

  it("of a file of the user's looks at the file again", async () => {
    const path = join(platform.home, "mine.gguf");
    await writeFile(path, "not yet");
    const attempt = open().startLoad({ path });
    await expect(attempt.result).rejects.toBeInstanceOf(TenfoldError);
    await writeFile(path, tiny);
    const model = await attempt.retry();
    expect(since(attempt)).toEqual(["downloaded", "validating", "validated", "initializing", "initialized", "loading", "loaded", "ready"]);
    await model.dispose();
  });

  it("is refused while nothing has failed", async () => {
    const attempt = open().startPull("tiny");
    expect(() => attempt.retry()).toThrow(expect.objectContaining({ code: "illegal-transition" }));
    await attempt.result;
    expect(() => attempt.retry()).toThrow(expect.objectContaining({ code: "illegal-transition", message: expect.stringContaining("validated") }));
  });
});
