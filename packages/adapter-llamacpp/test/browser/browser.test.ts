import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyEncoderReference, tinyModel } from "@tenfold/adapter-testkit/models";
import { needsChromium, type OpenPage } from "@tenfold/tooling/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publishCatalog } from "../../../core/test/published-catalog.ts";
import { createGgufSplitter, partName } from "../../../core/test/split-gguf.ts";
import { openTinyPage } from "./open-page.ts";

const encoder = "tenfold-tiny-encoder-f32.gguf";
const question = "What is 17 + 15?";
const sum = "17 + 15 = 32.";

let bytes: Uint8Array;
let folder: string;
let parts: string[];
let isolated: OpenPage | undefined;
let shared: OpenPage | undefined;
beforeAll(async () => {
  bytes = (await (await tinyModel()).files[0]?.read()) ?? new Uint8Array(0);
  folder = await mkdtemp(join(tmpdir(), "tenfold-split-"));
  const { gguf, part } = await createGgufSplitter(bytes);
  parts = [0, 1, 2].map((index) => partName(index, 3, "tiny"));
  const bounds = [0, 5, 10, gguf.tensors.length];
  for (const [index, name] of parts.entries()) await writeFile(join(folder, name), part(index, 3, bounds[index] ?? 0, bounds[index + 1] ?? 0));
  const files = parts.map((name) => join(folder, name));
  [isolated, shared] = await Promise.all([openTinyPage("/", files), openTinyPage("/shared", files)]);
});
afterAll(async () => {
  await Promise.all([isolated?.close(), shared?.close()]);
  await rm(folder, { recursive: true });
});
beforeEach(needsChromium);

const page = () => {
  if (!isolated) throw new Error("There is no page.");
  return isolated.page;
};

describe("llama.cpp in Chromium", () => {
  it("answers with a model that was pulled from a hub into the site's store, twice the same", async () => {
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "Content-Range, Content-Length, ETag",
      "cross-origin-resource-policy": "cross-origin",
    };
    const { server } = await publishCatalog([{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tenfold-tiny-q8_0.gguf", bytes }] }] }], {
      headers,
    });
    try {
      const { texts, events, accelerator } = await page().evaluate(([hub, asked]) => globalThis.llamaCppPage.answer(hub, "tenfold-tiny", asked), [
        server.origin,
        question,
      ] as const);
      expect(texts).toEqual([sum, sum]);
      expect(accelerator).toBe("cpu");
      expect(events.filter((type) => type === "text").length).toBeGreaterThan(3);
      expect(server.requests.filter(({ path }) => path.startsWith("/artifacts/")).length).toBeGreaterThan(0);
      expect(server.bytesSent(server.requests.find(({ path }) => path.startsWith("/artifacts/"))?.path)).toBe(bytes.length);
    } finally {
      await server.close();
    }
  });

  it("loads a model from all its parts, in whatever order they come", async () => {
    expect(await page().evaluate(([names, asked]) => globalThis.llamaCppPage.answerOfParts(names, asked), [[...parts].reverse(), question] as const)).toBe(sum);
  });

  it("embeds as the reference does", async () => {
    const { sentences } = await tinyEncoderReference();
    const vectors = await page().evaluate(([name, texts]) => globalThis.llamaCppPage.embed(name, texts), [encoder, sentences.map(({ text }) => text)] as const);
    for (const [index, { vector }] of sentences.entries()) {
      const length = Math.hypot(...vector);
      for (const [at, value] of vector.entries()) expect(vectors[index]?.[at]).toBeCloseTo(value / length, 3);
    }
  });

  it("refuses vectors that are not scaled, which wllama does not give", async () => {
    expect(await page().evaluate((name) => globalThis.llamaCppPage.embedUnscaled(name), encoder)).toBe("unsupported-request");
  });

  it("says whether it computes with threads", async () => {
    const probe = (open: OpenPage | undefined) => open?.page.evaluate(() => globalThis.llamaCppPage.probe());
    expect(await probe(isolated)).toMatchObject({ available: true, accelerators: ["cpu"], notes: [expect.stringContaining("with threads")] });
    expect(await probe(shared)).toMatchObject({ available: true, notes: [expect.stringContaining("not cross-origin isolated")] });
  });

  it("says where its WebAssembly has to be when it is not there", async () => {
    const error = await page().evaluate(() => globalThis.llamaCppPage.loadWithWasm("tenfold-tiny-q8_0.gguf", "/nothing-here.wasm"));
    expect(error).toMatchObject({ code: "framework-unavailable", remedy: expect.stringContaining("wasm") });
  });

  it.each([
    ["that are no model", () => new Uint8Array(4096).fill(65)],
    ["of half a model", () => bytes.slice(0, bytes.length >> 1)],
    ["of a model with no attention heads", () => damaged(".attention.head_count")],
    ["of a model of no width", () => damaged(".embedding_length")],
  ])("survives bytes %s, and the next model answers", async (_title, make) => {
    const error = await page().evaluate((given) => globalThis.llamaCppPage.loadUnvalidated(given), Buffer.from(make()).toString("base64"));
    expect(error.code).toMatch(/^(load-failed|generation-failed)$/);
    expect(await page().evaluate(([names, asked]) => globalThis.llamaCppPage.answerOfParts(names, asked), [parts, question] as const)).toBe(sum);
  });

  it("leaves no worker behind, whether a model loads or not", async () => {
    const workers = () => page().evaluate(() => globalThis.llamaCppPage.workers());
    const before = await workers();
    await page().evaluate(([names, asked]) => globalThis.llamaCppPage.answerOfParts(names, asked), [parts, question] as const);
    await page().evaluate(() => globalThis.llamaCppPage.loadUnvalidated("AAAA"));
    expect(await workers()).toBe(before);
  });
});

function damaged(keyEnd: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(keyEnd);
  // Behind the key stand its type and the value.
  copy.writeUInt32LE(0, at + keyEnd.length + 4);
  return copy;
}
