import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chunkSizeBytes } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Adapter } from "../contract/adapter.ts";
import type { Log } from "../contract/log.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import { createTenfold, type TenfoldOptions } from "../tenfold/tenfold.ts";

/** Claims a format so that variants can be chosen; nothing is loaded in these tests. */
const ggufReader: Adapter = {
  framework: "reader",
  formats: ["gguf"],
  probe: async () => ({ available: false, reason: "It only reads.", remedy: "None." }),
  load: () => Promise.reject(new Error("It only reads.")),
};

const model = paddedGguf(2 * chunkSizeBytes + 4096);
const sha256 = sha256Of(model);

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf-f16", files: [{ path: "tiny.gguf", bytes: model }] }] }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (options: Partial<TenfoldOptions> = {}) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform, ...options });
const artifactPath = `/artifacts/sha256/${sha256}`;
const blob = () => join(platform.home, "blobs", sha256, "data");

async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe("pulling a model", () => {
  it("installs its files, verified, under their own names and reads what they say of themselves", async () => {
    const tenfold = open();
    const record = await tenfold.pull("tiny");
    expect(record).toMatchObject({
      model: "tiny",
      variant: { id: "gguf-f16" },
      files: [{ path: "tiny.gguf", sha256, sizeBytes: model.length }],
      metadata: { format: "gguf", architecture: "llama" },
    });
    const installed = tenfold.store.open(record);
    expect(sha256Of((await installed.files[0]?.read()) ?? new Uint8Array())).toBe(sha256);
    expect(sha256Of(await readFile(join(installed.directory ?? "", "tiny.gguf")))).toBe(sha256);
    expect(await tenfold.store.installed()).toEqual([record]);
  });

  it("takes the chat template from the manifest for files that have none, and keeps it while the hub is away", async () => {
    const bytes = new Uint8Array(2048).map((_, index) => index);
    const chatTemplate = { kind: "inline", source: "{{ messages }}" } as const;
    catalog.publish([{ id: "opaque", chatTemplate, variants: [{ id: "pllm", format: "pllm", files: [{ path: "m.pllm", bytes }] }] }]);
    const pull = () => open({ adapters: [{ ...ggufReader, formats: ["pllm"] }] }).pull("opaque");
    expect((await pull()).metadata).toEqual({ format: "pllm", validation: "opaque", chatTemplate: "{{ messages }}" });
    await catalog.server.close();
    expect((await pull()).metadata).toMatchObject({ chatTemplate: "{{ messages }}" });
  });

  it("says where it is on the way, and never goes back", async () => {
    const events: ProgressEvent[] = [];
    await open().pull("tiny", { onProgress: (event) => events.push(event) });
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual(["discovery", "download", "validation"]);
    const overall = events.map(({ overallFraction }) => overallFraction);
    expect(overall).toEqual([...overall].sort((left, right) => left - right));
  });

  it("does nothing the second time, in this process or another", async () => {
    const first = await open().pull("tiny");
    const before = catalog.server.bytesSent(artifactPath);
    expect(await open().pull("tiny")).toEqual(first);
    expect(catalog.server.bytesSent(artifactPath)).toBe(before);
  });

  it("works from the store when the hub is gone", async () => {
    const first = await open().pull("tiny");
    await catalog.server.close();
    expect(await open().pull("tiny")).toEqual(first);
    expect(await open({ catalogs: [] }).pull("tiny")).toEqual(first);
  });

  it("says that it is damaged and fetches the one bad chunk again", async () => {
    await open().pull("tiny");
    const before = catalog.server.bytesSent(artifactPath);
    await flipByte(blob(), chunkSizeBytes + 17);
    const said: string[] = [];
    const log: Log = (level, message) => level === "warning" && said.push(message);
    await open({ log }).pull("tiny");
    expect(catalog.server.bytesSent(artifactPath) - before).toBe(chunkSizeBytes);
    expect(said.join()).toContain("1 of 3 chunks");
    expect(sha256Of(await readFile(blob()))).toBe(sha256);
    expect(sha256Of(await readFile(join(platform.home, "views/tiny/gguf-f16/tiny.gguf")))).toBe(sha256);
  });

  it("locates damage also when the hub published no chunk list", async () => {
    catalog.publish([{ id: "tiny", variants: [{ id: "gguf-f16", files: [{ path: "tiny.gguf", bytes: model, whole: true }] }] }]);
    await open().pull("tiny");
    const before = catalog.server.bytesSent(artifactPath);
    await flipByte(blob(), 3);
    await open().pull("tiny");
    expect(catalog.server.bytesSent(artifactPath) - before).toBe(chunkSizeBytes);
  });

  it("notices a touched file that did not change, and fetches nothing", async () => {
    await open().pull("tiny");
    const before = catalog.server.bytesSent(artifactPath);
    await writeFile(blob(), await readFile(blob()));
    await open().pull("tiny");
    expect(catalog.server.bytesSent(artifactPath)).toBe(before);
  });

  it("tells when a damaged file cannot be repaired, and installs nothing broken", async () => {
    await open().pull("tiny");
    await catalog.server.close();
    await flipByte(blob(), 3);
    await expect(open().pull("tiny")).rejects.toMatchObject({ code: "network" });
  });

  it("refuses a file whose digest is not the one published, and installs nothing", async () => {
    catalog.publish([{ id: "tiny", variants: [{ id: "gguf-f16", files: [{ path: "tiny.gguf", bytes: model, claimedSha256: "0".repeat(64) }] }] }]);
    const tenfold = open();
    await expect(tenfold.pull("tiny")).rejects.toMatchObject({ code: "digest-mismatch", stage: "validation" });
    expect(await tenfold.store.installed()).toEqual([]);
  });

  it("refuses a verified file that is not what its format says, and installs nothing", async () => {
    catalog.publish([{ id: "tiny", variants: [{ id: "gguf-f16", files: [{ path: "tiny.gguf", bytes: new TextEncoder().encode("GGUF, or so it says") }] }] }]);
    const tenfold = open();
    await expect(tenfold.pull("tiny")).rejects.toMatchObject({ code: "invalid-format" });
    expect(await tenfold.store.installed()).toEqual([]);
  });

  it("fetches a file that two processes want only once", async () => {
    await Promise.all([open().pull("tiny"), open().pull("tiny"), open().pull("tiny")]);
    expect(catalog.server.bytesSent(artifactPath)).toBe(model.length);
  });

  it("keeps one copy of a file that two models share", async () => {
    const files = [{ path: "shared.gguf", bytes: model }];
    catalog.publish([
      { id: "one", variants: [{ id: "v", files }] },
      { id: "two", variants: [{ id: "v", files }] },
    ]);
    const tenfold = open();
    await tenfold.pull("one");
    await tenfold.pull("two");
    expect(catalog.server.bytesSent(artifactPath)).toBe(model.length);
    expect((await tenfold.store.installed()).map((record) => record.model)).toEqual(["one", "two"]);
  });

  it("stops when aborted and goes on the next time", async () => {
    catalog.server.addFault({ kind: "stall", afterBytes: chunkSizeBytes + 1000, path: artifactPath });
    const abort = new AbortController();
    const reason = new Error("later");
    const onProgress = ({ bytes }: ProgressEvent) => {
      if (bytes && bytes.received > chunkSizeBytes) abort.abort(reason);
    };
    await expect(open().pull("tiny", { signal: abort.signal, onProgress })).rejects.toBe(reason);
    await open().pull("tiny");
    const [, second] = catalog.server.requests.filter(({ path }) => path === artifactPath);
    expect(Number(/bytes=(\d+)-/.exec(second?.headers.range ?? "")?.[1])).toBeGreaterThanOrEqual(chunkSizeBytes);
  });
});

describe("finding a model", () => {
  it("suggests what may have been meant", async () => {
    await expect(open().pull("tyni")).rejects.toMatchObject({ code: "unknown-model", message: expect.stringContaining("did you mean tiny") });
  });

  it("names the variants there are", async () => {
    await expect(open().pull("tiny", { variant: "gguf-q1" })).rejects.toMatchObject({ code: "unknown-variant", message: expect.stringContaining("gguf-f16") });
  });

  it("prefers a variant that is installed over the first", async () => {
    const other = paddedGguf(70_000);
    catalog.publish([
      {
        id: "tiny",
        variants: [
          { id: "first", files: [{ path: "a.gguf", bytes: model }] },
          { id: "second", files: [{ path: "b.gguf", bytes: other }] },
        ],
      },
    ]);
    await open().pull("tiny", { variant: "second" });
    expect((await open().pull("tiny")).variant.id).toBe("second");
  });

  it("says when no adapter here loads any of the formats", async () => {
    catalog.publish([{ id: "apple", variants: [{ id: "v", format: "mlpackage", files: [] }] }]);
    await expect(open().pull("apple")).rejects.toMatchObject({ code: "no-adapter", message: expect.stringContaining("mlpackage") });
  });

  it("refuses a revoked model and gives the reason", async () => {
    catalog.publish([
      { id: "tiny", revoked: { at: "2026-01-01T00:00:00Z", reason: "It leaks." }, variants: [{ id: "v", files: [{ path: "a.gguf", bytes: model }] }] },
    ]);
    await expect(open().pull("tiny")).rejects.toMatchObject({ code: "revoked", message: expect.stringContaining("It leaks.") });
  });

  it("goes on to the next catalog when one is out of reach, and says so when none has it", async () => {
    const nobody = "http://127.0.0.1:9";
    expect((await open({ catalogs: [nobody, catalog.server.origin] }).pull("tiny")).model).toBe("tiny");
    await expect(open({ catalogs: [nobody] }).pull("other")).rejects.toMatchObject({ code: "catalog-unreachable" });
  });

  it("lists each model once, from the first catalog that has it", async () => {
    const second = await publishCatalog([
      { id: "tiny", variants: [{ id: "v", files: [] }] },
      { id: "more", variants: [{ id: "v", files: [] }] },
    ]);
    const listed = await open({ catalogs: [catalog.server.origin, second.server.origin] }).models.discover();
    expect(listed.map(({ id, source }) => [id, source])).toEqual([
      ["tiny", catalog.server.origin],
      ["more", second.server.origin],
    ]);
    await second.server.close();
  });
});

describe("a hub's catalog", () => {
  it("is refused where a document is not what its digest says", async () => {
    const manifest = (await open().models.get("tiny"))?.manifest;
    const listed = (await open().models.discover())[0];
    catalog.server.setFile(`/catalog/sha256/${listed?.manifest?.sha256}`, new TextEncoder().encode(JSON.stringify({ ...manifest, name: "Forged" })));
    await rm(join(platform.home, "catalogs"), { recursive: true });
    await expect(open().models.get("tiny")).rejects.toMatchObject({ code: expect.stringMatching(/digest-mismatch|invalid-manifest/) });
  });

  it("mends its own damaged copy of a document", async () => {
    const listed = (await open().models.discover())[0];
    await open().models.get("tiny");
    const copy = join(platform.home, "catalogs/documents", `${listed?.manifest?.sha256}.json`);
    await writeFile(copy, "damaged");
    expect((await open().models.get("tiny"))?.manifest.id).toBe("tiny");
    expect(sha256Of(await readFile(copy))).toBe(listed?.manifest?.sha256);
  });

  it.each(["", "not JSON", "[]", '{"schemaVersion":0}'])("that publishes %j as its timestamp is refused", async (text) => {
    catalog.server.setFile("/tuf/timestamp.json", new TextEncoder().encode(text));
    await expect(open().models.discover()).rejects.toMatchObject({ code: "untrusted-catalog" });
  });

  it("that never stops sending is cut off", async () => {
    catalog.server.addFault({ kind: "endless", path: "/tuf/timestamp.json", times: Number.POSITIVE_INFINITY });
    await expect(open().models.discover()).rejects.toMatchObject({ code: "untrusted-catalog" });
  });

  it("at an address that is none is refused at once", () => {
    expect(() => open({ catalogs: ["localhost:3210"] })).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});

describe("a model on this device", () => {
  it("is opened where it lies, by file or by folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tenfold-local-"));
    await writeFile(join(folder, "mine.gguf"), model);
    const tenfold = open();
    for (const path of [folder, join(folder, "mine.gguf")]) {
      await expect(tenfold.load({ path })).rejects.toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("It only reads.") });
    }
    expect(await tenfold.store.installed()).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("that is absent, empty or something else gets a clear error", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tenfold-local-"));
    await writeFile(join(folder, "notes.txt"), "hello");
    await writeFile(join(folder, "empty.gguf"), "");
    await expect(open().load({ path: join(folder, "absent.gguf") })).rejects.toMatchObject({ code: "invalid-input", remedy: "Check the path." });
    await expect(open().load({ path: join(folder, "notes.txt") })).rejects.toMatchObject({ code: "unsupported-format" });
    await expect(open().load({ path: join(folder, "empty.gguf") })).rejects.toMatchObject({ code: "invalid-format" });
    await rm(folder, { recursive: true });
  });
});
