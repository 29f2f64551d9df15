import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { type HuggingFaceServer, type HuggingFaceServerOptions, startHuggingFaceServer } from "./index.ts";

const weights = new Uint8Array(randomBytes(5000));
const config = new TextEncoder().encode("{}");
const digest = createHash("sha256").update(weights).digest("hex");
const repository = {
  files: { "model.gguf": weights, "config.json": config, "onnx/model.onnx": weights },
  info: { tags: ["gguf"], pipeline_tag: "text-generation" },
};

let hub: HuggingFaceServer;
async function serve(options: Partial<HuggingFaceServerOptions> = {}): Promise<void> {
  hub = await startHuggingFaceServer({
    repositories: { "org/open": repository, "org/gated": { ...repository, gated: "auto" }, "org/hidden": { ...repository, private: true } },
    tokens: { hf_reader: ["org/gated", "org/hidden"], hf_stranger: [] },
    ...options,
  });
}
afterEach(() => hub.close());

const ask = (path: string, token?: string, init: RequestInit = {}) =>
  fetch(`${hub.origin}${path}`, { redirect: "manual", ...init, headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...init.headers } });
const code = async (path: string, token?: string) => {
  const response = await ask(path, token);
  await response.body?.cancel();
  return [response.status, response.headers.get("x-error-code")];
};

describe("a server that speaks the Hub's protocol", () => {
  test("lists models by words, author and tag, with the fields that are asked for, page by page", async () => {
    await serve({ pageSize: 1 });
    const first = await ask("/api/models?search=org&limit=500&expand=gated&expand=siblings");
    expect(await first.json()).toEqual([
      {
        _id: expect.any(String),
        id: "org/open",
        gated: false,
        siblings: [{ rfilename: "model.gguf" }, { rfilename: "config.json" }, { rfilename: "onnx/model.onnx" }],
      },
    ]);
    const next = /<(.*)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    const second = await fetch(next);
    expect(await second.json()).toMatchObject([{ id: "org/gated", gated: "auto" }]);
    expect(second.headers.get("link")).toBeNull();
    expect(await (await ask("/api/models?search=hidden", "hf_reader")).json()).toHaveLength(1);
    expect(await (await ask("/api/models?search=open&author=other")).json()).toEqual([]);
    expect(await (await ask("/api/models?search=open&filter=onnx")).json()).toEqual([]);
  });

  test("describes a model and lists its files at a commit, folders only when asked", async () => {
    await serve();
    const { sha, pipeline_tag } = (await (await ask("/api/models/org/open")).json()) as { sha: string; pipeline_tag: string };
    expect([sha, pipeline_tag]).toEqual([hub.commit("org/open"), "text-generation"]);
    const tree = await (await ask(`/api/models/org/open/tree/${sha}`)).json();
    expect(tree).toEqual([
      {
        type: "file",
        oid: expect.stringMatching(/^[0-9a-f]{40}$/),
        size: 5000,
        path: "model.gguf",
        lfs: { oid: digest, size: 5000, pointerSize: expect.any(Number) },
      },
      { type: "file", oid: createHash("sha1").update("blob 2\0{}").digest("hex"), size: 2, path: "config.json" },
      { type: "directory", oid: expect.any(String), size: 0, path: "onnx" },
    ]);
    expect(await (await ask("/api/models/org/open/tree/main/onnx?recursive=true")).json()).toMatchObject([{ path: "onnx/model.onnx" }]);
  });

  test("gives small files itself, by ranges, and sends for large ones to another host", async () => {
    await serve();
    const small = await ask("/org/open/resolve/main/config.json", undefined, { headers: { range: "bytes=1-1" } });
    expect([small.status, small.headers.get("x-repo-commit"), await small.text()]).toEqual([206, hub.commit("org/open"), "}"]);
    const head = await ask("/org/open/resolve/main/model.gguf", undefined, { method: "HEAD" });
    expect([head.status, head.headers.get("x-linked-etag"), head.headers.get("x-linked-size")]).toEqual([302, `"${digest}"`, "5000"]);
    const location = head.headers.get("location") ?? "";
    expect(new URL(location).origin).toBe(hub.storage.origin);
    const large = await fetch(location, { headers: { range: "bytes=10-19" } });
    expect(Buffer.from(await large.arrayBuffer())).toEqual(Buffer.from(weights.subarray(10, 20)));
  });

  test("keeps what is gated or private from those who may not read it, and says which", async () => {
    await serve();
    const file = "/resolve/main/config.json";
    expect(await code(`/org/gated${file}`)).toEqual([401, "GatedRepo"]);
    expect(await code(`/org/gated${file}`, "hf_stranger")).toEqual([403, "GatedRepo"]);
    expect(await code(`/org/gated${file}`, "hf_reader")).toEqual([200, null]);
    expect(await code("/api/models/org/gated")).toEqual([200, null]);
    expect(await code("/api/models/org/hidden")).toEqual([401, "RepoNotFound"]);
    expect(await code("/api/models/org/hidden", "hf_stranger")).toEqual([404, "RepoNotFound"]);
    expect(await code("/api/models/org/hidden", "hf_reader")).toEqual([200, null]);
    expect((await code("/api/models/org/open", "hf_wrong"))[0]).toBe(401);
    expect(await code("/org/open/resolve/main/none")).toEqual([404, "EntryNotFound"]);
    expect(await code("/org/open/resolve/v9/config.json")).toEqual([404, "RevisionNotFound"]);
  });

  test("keeps earlier commits when there is a new one", async () => {
    await serve();
    const before = hub.commit("org/open");
    hub.setRepository("org/open", { files: { "config.json": weights } });
    expect(hub.commit("org/open")).not.toBe(before);
    expect(await (await ask(`/org/open/resolve/${before}/config.json`)).text()).toBe("{}");
    expect(await code("/org/open/resolve/main/model.gguf")).toEqual([404, "EntryNotFound"]);
  });

  test("misbehaves where it is told to", async () => {
    await serve({ faults: [{ kind: "status", status: 429, headers: { "retry-after": "7" } }] });
    const refused = await ask("/api/models/org/open");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "7"]);
    hub.addFault({ kind: "drop", afterBytes: 0 });
    await expect(ask("/api/models/org/open")).rejects.toThrow();
    hub.addFault({ kind: "flip", atByte: 0, path: "/org/open/resolve/main/config.json" });
    expect(await (await ask("/org/open/resolve/main/config.json")).text()).toBe("z}");
    expect(hub.requests.map(({ status }) => status)).toEqual([429, 0, 200]);
  });
});
