import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import type { Manifest } from "@tenfold/catalog";
import { createTenfold, type DeviceEvent } from "@tenfold/core";
import { startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesCases } from "../../core/test/files-cases.ts";
import { type FakeModule, fakeModule } from "../test/fake-module.ts";
import { applePlatform } from "./platform.ts";

let home: string;
let module: FakeModule;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-apple-platform-"));
  module = fakeModule(home);
});
afterEach(() => rm(home, { recursive: true }));

describe("the store's folder behind the Expo module", () => {
  test.each(filesCases)("$name", async ({ run, expected }) => expect(await run(applePlatform({ module }).files)).toEqual(expected));
});

test("SHA-256 is computed behind the module", async () => {
  const bytes = randomBytes(100_000);
  const hash = applePlatform({ module }).sha256();
  hash.update(bytes.subarray(0, 70_000));
  hash.update(bytes.subarray(70_000));
  expect(await hash.digest()).toBe(createHash("sha256").update(bytes).digest("hex"));
});

test("core pulls a model through the module's transfers, over a connection that drops, and finds a file of the user's", async () => {
  const [file] = (await tinyModel("q4_0")).files;
  if (!file) throw new Error("The model has no files.");
  const bytes = await file.read();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const server = await startFileServer({ files: { "/tiny.gguf": bytes }, faults: [{ kind: "drop", afterBytes: 300_000, method: "GET" }] });
  try {
    const platform = applePlatform({ module });
    const tenfold = createTenfold({ adapters: [], platform });
    await tenfold.models.register(manifestOf(server.url("/tiny.gguf"), bytes.length, sha256));
    const { files } = await tenfold.pull("tenfold-tiny", { variant: "gguf" });
    expect(files).toMatchObject([{ path: "tiny.gguf", sha256 }]);
    expect(server.requests.filter(({ method }) => method === "GET").length).toBeGreaterThan(1);
    expect((await tenfold.store.verify("tenfold-tiny")).damaged).toEqual([]);

    await writeFile(join(home, "mine.gguf"), bytes);
    const [local] = (await platform.openLocal?.(join(home, "mine.gguf"))) ?? [];
    expect(await local?.read({ start: 0, end: 4 })).toEqual(new TextEncoder().encode("GGUF"));
    await expect(platform.openLocal?.(join(home, "absent"))).rejects.toMatchObject({ code: "invalid-input" });
  } finally {
    await server.close();
  }
});

test("a transfer ends when it is aborted, with the signal's reason", async () => {
  const server = await startFileServer({ files: { "/file": new Uint8Array(1_000_000) }, faults: [{ kind: "stall", afterBytes: 1000 }] });
  try {
    const abort = new AbortController();
    const { get } = applePlatform({ module });
    const response = await get?.(new URL(server.url("/file")), { headers: new Headers(), signal: abort.signal, redirect: "manual" });
    expect([response?.status, response?.headers.get("content-length")]).toEqual([200, "1000000"]);
    const readAll = async () => {
      while (await response?.read()) await server.stalled();
    };
    const reading = expect(readAll()).rejects.toThrow("enough");
    await server.stalled();
    abort.abort(new Error("enough"));
    await reading;
    await expect(
      get?.(new URL("http://127.0.0.1:1/"), { headers: new Headers(), signal: new AbortController().signal, redirect: "manual" }),
    ).rejects.toMatchObject({
      code: "network",
    });
  } finally {
    await server.close();
  }
});

test("what the device is, and what changes of it, comes as core knows it", async () => {
  const { device } = applePlatform({ module });
  expect((await device?.describe())?.processor.logicalCores).toBeGreaterThan(0);
  expect(await device?.state()).toEqual({ thermal: "fair", batteryLevel: 0.5, charging: false });
  const events: DeviceEvent[] = [];
  const leave = device?.observe?.((event) => events.push(event));
  module.tell("memoryPressure", { level: "critical" });
  module.tell("deviceState", { state: JSON.stringify({ thermal: "serious", lowPower: true }) });
  leave?.();
  module.tell("memoryPressure", { level: "warning" });
  expect(events).toEqual([
    { type: "memory-pressure", level: "critical" },
    { type: "state", state: { thermal: "serious", lowPower: true } },
  ]);
});

test("an application without the module is told so", () => {
  expect(() => applePlatform()).toThrow(expect.objectContaining({ code: "framework-unavailable", remedy: expect.stringContaining("expo prebuild") }));
});

const claimed = <Value>(value: Value) => ({ value, evidence: { kind: "claimed" as const, by: "this test" } });
const manifestOf = (url: string, sizeBytes: number, sha256: string): Manifest => ({
  schemaVersion: 1,
  id: "tenfold-tiny",
  name: "Tenfold tiny",
  publisher: "Tenfold",
  description: "A tiny model.",
  licence: { id: "Apache-2.0", gated: false },
  capabilities: ["chat"],
  variants: [
    {
      id: "gguf",
      format: "gguf",
      artifacts: [{ path: "tiny.gguf", role: "weights", sources: [{ kind: "https", url }], sizeBytes: claimed(sizeBytes), sha256: claimed(sha256) }],
    },
  ],
});
