import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSignedRepository } from "../../packages/core/test/signed-repository.ts";
import { type FileServer, startFileServer } from "../test-server/index.ts";

const program = fileURLToPath(new URL("client.mjs", import.meta.url));
let folder: string;
let server: FileServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-tuf-"));
  server = await startFileServer({ files: {} });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const client = (...words: string[]) =>
  new Promise<number>((resolve) => execFile(process.execPath, [program, ...words], (error) => resolve(error ? Number(error.code) : 0)));
const at = (name: string) => join(folder, name);

it("speaks the protocol of the conformance suite: init, refresh, download, and exit codes", async () => {
  const repository = createSignedRepository();
  const bytes = Buffer.from("content");
  repository.targets["path/to a.txt"] = { bytes };
  repository.publish();
  const serve = () => {
    for (const [name, content] of repository.files) server.setFile(`/metadata/${name}`, content);
  };
  serve();
  await writeFile(at("root.json"), repository.files.get("1.root.json") ?? "");
  const metadata = ["--metadata-dir", at("metadata"), "--metadata-url", `${server.origin}/metadata`];
  expect(await client("--metadata-dir", at("metadata"), "init", at("root.json"))).toBe(0);
  expect(server.requests).toEqual([]);
  expect(await client(...metadata, "refresh")).toBe(0);
  expect(JSON.parse(await readFile(at("metadata/snapshot.json"), "utf8")).signed.version).toBe(1);

  const download = [...metadata, "--target-name", "path/to a.txt", "--target-base-url", `${server.origin}/targets`, "--target-dir", at("targets"), "download"];
  expect(await client(...download)).toBe(1);
  const { sha256 } = JSON.parse(Buffer.from(repository.files.get("1.targets.json") ?? "").toString()).signed.targets["path/to a.txt"].hashes;
  server.setFile(`/targets/path/${sha256}.to a.txt`, bytes);
  expect(await client(...download)).toBe(0);
  const [name = ""] = await readdir(at("targets"));
  expect(await readFile(join(at("targets"), name))).toEqual(bytes);
  const before = server.requests.length;
  expect(await client(...download)).toBe(0);
  expect(server.requests.slice(before).some(({ path }) => path.startsWith("/targets/"))).toBe(false);

  const old = new Map(repository.files);
  repository.advance();
  serve();
  expect(await client(...metadata, "refresh")).toBe(0);
  for (const [file, content] of old) server.setFile(`/metadata/${file}`, content);
  expect(await client(...metadata, "refresh")).toBe(1);
  expect(JSON.parse(await readFile(at("metadata/timestamp.json"), "utf8")).signed.version).toBe(2);
  expect(await client("fly")).toBe(1);
});
