import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bigFile, claim, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { createFolderStore } from "../artifacts/folder-store.ts";
import { artifactResponse } from "./artifact-response.ts";

const bytes = bigFile().subarray(0, 1_000_003);
const digest = sha256(bytes);
const tag = `"${digest}"`;

/** A real store that counts the files it has open. */
async function countingStore() {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), bytes);
  const store = await createFolderStore(folder);
  await store.add(join(folder, "file"));
  const counter = { open: 0 };
  const counting: ArtifactStore = {
    ...store,
    async open(name) {
      const file = await store.open(name);
      if (file === undefined) return undefined;
      counter.open += 1;
      return {
        ...file,
        async close() {
          counter.open -= 1;
          await file.close();
        },
      };
    },
  };
  return { store: counting, counter };
}

async function ask(headers: Record<string, string> = {}, { method = "GET", name = digest } = {}) {
  const { store, counter } = await countingStore();
  const response = await artifactResponse(new Request("http://hub.example/", { method, headers }), name, store);
  const body = Buffer.from(await response.arrayBuffer());
  expect(counter.open).toBe(0);
  return { response, body };
}

test("sends the whole file, cacheable for ever and readable from anywhere", async () => {
  const { response, body } = await ask();
  expect(response.status).toBe(200);
  expect(sha256(body)).toBe(digest);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "accept-ranges": "bytes",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Range, Accept-Ranges, Content-Length, ETag, Content-Encoding",
    "cache-control": "public, max-age=31536000, immutable, no-transform",
    "content-length": String(bytes.length),
    "content-type": "application/octet-stream",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    etag: tag,
  });
});

test.each([
  ["bytes=10-19", 10, 20],
  ["bytes=999999-", 999_999, 1_000_003],
  ["bytes=-7", 999_996, 1_000_003],
  ["bytes=262143-524289", 262_143, 524_290],
])("sends %s", async (range, start, end) => {
  const { response, body } = await ask({ range });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
  expect(response.headers.get("content-length")).toBe(String(end - start));
  expect(body.equals(bytes.subarray(start, end))).toBe(true);
});

test("says how long the file is when a range lies outside of it", async () => {
  const { response } = await ask({ range: "bytes=1000003-" });
  expect(response.status).toBe(416);
  expect(response.headers.get("content-range")).toBe(`bytes */${bytes.length}`);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("several ranges get the whole file", async () => {
  const { response, body } = await ask({ range: "bytes=0-1,5-6" });
  expect(response.status).toBe(200);
  expect(body.length).toBe(bytes.length);
});

test("If-Range continues only what is the same file", async () => {
  expect((await ask({ range: "bytes=0-1", "if-range": tag })).response.status).toBe(206);
  expect((await ask({ range: "bytes=0-1", "if-range": `W/${tag}` })).response.status).toBe(200);
  expect((await ask({ range: "bytes=0-1", "if-range": '"other"' })).response.status).toBe(200);
  expect((await ask({ range: "bytes=0-1", "if-range": "Wed, 21 Oct 2015 07:28:00 GMT" })).response.status).toBe(200);
});

test("If-None-Match answers 304, before any range", async () => {
  for (const header of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const { response, body } = await ask({ "if-none-match": header, range: "bytes=0-1" });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe(tag);
    expect(body.length).toBe(0);
  }
  expect((await ask({ "if-none-match": '"other"' })).response.status).toBe(200);
});

test("HEAD says what GET would send of the whole file", async () => {
  const { response, body } = await ask({ range: "bytes=0-1" }, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe(String(bytes.length));
  expect(body.length).toBe(0);
});

test.each([claim, "..%2f..%2fetc%2fpasswd", "../../hub.lock", digest.toUpperCase(), ""])("has nothing under %j", async (name) => {
  const { response, body } = await ask({}, { name });
  expect(response.status).toBe(404);
  expect(JSON.parse(body.toString())).toMatchObject({ status: 404, code: "unknown-artifact" });
});

test("closes the file when nobody reads on, and reads no further than it is asked to", async () => {
  const { store, counter } = await countingStore();
  const response = await artifactResponse(new Request("http://hub.example/"), digest, store);
  expect(counter.open).toBe(1);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(first?.value?.byteLength).toBe(256 * 1024);
  await reader?.cancel();
  expect(counter.open).toBe(0);
});

test("a file that turns out shorter breaks the answer instead of ending it early", async () => {
  const { store, counter } = await countingStore();
  const lying: ArtifactStore = {
    ...store,
    async open(name) {
      const file = await store.open(name);
      return file && { ...file, sizeBytes: file.sizeBytes + 10 };
    },
  };
  const response = await artifactResponse(new Request("http://hub.example/"), digest, lying);
  await expect(response.arrayBuffer()).rejects.toThrow("ended at byte 1000003");
  expect(counter.open).toBe(0);
});
