import { describe, expect, it } from "vitest";
import { resolveSource } from "./source.ts";

const sha256 = "a".repeat(64);
const kaggle = (url: string) => (new URL(url).hostname === "www.kaggle.com" ? { authorization: `Basic ${btoa("user:key")}` } : undefined);

describe("the address of a source", () => {
  it("comes with the credentials that its site asks for, and no other site gets them", () => {
    const at = (url: string) => resolveSource({ kind: "https", url }, sha256, { credentials: kaggle });
    expect(at("https://www.kaggle.com/api/v1/models/a/b")).toEqual({
      url: "https://www.kaggle.com/api/v1/models/a/b",
      headers: { authorization: "Basic dXNlcjprZXk=" },
    });
    expect(at("https://example.org/model")).toEqual({ url: "https://example.org/model" });
  });

  it("on the Hugging Face Hub carries the token, else what the credentials say", () => {
    const source = { kind: "hugging-face", repository: "a/b", path: "x/y z.gguf" } as const;
    const settings = { huggingFaceEndpoint: "https://hf.example/", credentials: () => ({ "x-key": "1" }) };
    const url = "https://hf.example/a/b/resolve/main/x/y%20z.gguf";
    expect(resolveSource(source, sha256, settings)).toEqual({ url, headers: { "x-key": "1" } });
    expect(resolveSource(source, sha256, { ...settings, huggingFaceToken: "t" })).toEqual({ url, headers: { authorization: "Bearer t" } });
  });

  it("in a hub is its digest, and nothing without a hub", () => {
    expect(resolveSource({ kind: "hub" }, sha256, { hubUrl: "https://hub.example" })).toEqual({ url: `https://hub.example/artifacts/sha256/${sha256}` });
    expect(resolveSource({ kind: "hub" }, sha256, {})).toBeUndefined();
  });
});
