import { createTenfold, type Platform } from "@tenfold/core";
import { type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gzipped, tarFile } from "../../core/test/archive-files.ts";
import { ggufReader } from "../../core/test/gguf-reader.ts";
import { paddedGguf } from "../../core/test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../core/test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../core/test/temporary-platform.ts";
import { credentialsOf } from "./credentials.ts";

const environment = { KAGGLE_USERNAME: "somebody", KAGGLE_KEY: "0123456789secret" };
const authorization = `Basic ${btoa("somebody:0123456789secret")}`;
const path = "/api/v1/models/google/tiny/gguf/q4/1/download";
const weights = paddedGguf(70_000);
const archive = gzipped(tarFile([{ name: "tiny.gguf", bytes: weights }]));

describe("Kaggle's user and key", () => {
  const headersFor = (url: string) => credentialsOf(environment)?.(url);

  it("are for Kaggle alone, over an encrypted connection", () => {
    for (const host of ["www.kaggle.com", "kaggle.com"]) expect(headersFor(`https://${host}${path}`)).toEqual({ authorization });
    for (const url of [
      ...["http://www.kaggle.com/", "https://www.kaggle.com.example.org/", "https://notkaggle.com/", "https://www.kaggle.com:8443/"],
      ...["https://example.org/?www.kaggle.com", "https://www.kaggle.com@example.org/"],
    ]) {
      expect(headersFor(url), url).toBeUndefined();
    }
  });

  it("are used together or not at all", () => {
    expect(credentialsOf({})).toBeUndefined();
    expect(credentialsOf({ KAGGLE_USERNAME: "somebody" })).toBeUndefined();
    expect(credentialsOf({ KAGGLE_KEY: "0" })).toBeUndefined();
  });
});

describe("a model that Kaggle has as an archive", () => {
  let platform: TemporaryPlatform;
  let kaggle: FileServer;
  let storage: FileServer;
  let catalog: PublishedCatalog;
  let said: string[];
  beforeEach(async () => {
    platform = await temporaryPlatform();
    said = [];
    storage = await startFileServer({ files: { "/bucket/archive.tar.gz": archive } });
    kaggle = await startFileServer({ files: { [path]: archive } });
    const members = [{ path: "tiny.gguf", role: "weights" as const, sizeBytes: weights.length, sha256: sha256Of(weights) }];
    const sources = [{ kind: "https" as const, url: `https://www.kaggle.com${path}` }];
    const file = { path: "tiny.tar.gz", bytes: archive, sources, archive: { kind: "tar.gz" as const, members } };
    catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf", files: [file] }] }]);
  });
  afterEach(async () => {
    await Promise.all([kaggle, storage, catalog.server].map((server) => server.close()));
    await platform.remove();
  });

  function pull() {
    // In the place of name resolution: what is asked of www.kaggle.com reaches the server here.
    const get: Platform["get"] = (url, request) => platform.get?.(new URL(url.href.replace("https://www.kaggle.com", kaggle.origin)), request) ?? unreachable();
    const credentials = credentialsOf(environment);
    return createTenfold({
      adapters: [ggufReader],
      catalogs: [catalog.server.origin],
      platform: { ...platform, get },
      log: (...line) => said.push(JSON.stringify(line)),
      ...(credentials ? { credentials } : {}),
    }).pull("tiny");
  }
  const unreachable = () => Promise.reject(new Error("Node's platform has no way to get a file."));
  const sentTo = (server: FileServer) => server.requests.map(({ headers }) => headers.authorization);
  const secrets = [environment.KAGGLE_KEY, authorization.slice(6), "X-Goog-Signature"];

  it("is fetched with them, from where Kaggle sends, which does not see them", async () => {
    kaggle.addFault({ kind: "redirect", to: storage.url("/bucket/archive.tar.gz?X-Goog-Signature=abc"), times: Number.POSITIVE_INFINITY });
    expect((await pull()).files).toEqual([{ path: "tiny.gguf", sha256: sha256Of(weights), sizeBytes: weights.length }]);
    expect(new Set(sentTo(kaggle))).toEqual(new Set([authorization]));
    expect(new Set(sentTo(storage))).toEqual(new Set([undefined]));
    expect(new Set(sentTo(catalog.server))).toEqual(new Set([undefined]));
    for (const secret of secrets) expect(said.join()).not.toContain(secret);
  });

  it("is refused by Kaggle with an error that says so, and nothing of the secret", async () => {
    kaggle.addFault({ kind: "status", status: 401, times: Number.POSITIVE_INFINITY });
    const error = await pull().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unauthorized", message: expect.stringContaining("www.kaggle.com") });
    const shown = `${JSON.stringify(error)}${String(error)}${said.join()}`;
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(storage.requestCount()).toBe(0);
  });
});
