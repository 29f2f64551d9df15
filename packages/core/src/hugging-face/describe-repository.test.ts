import { describe, expect, it } from "vitest";
import { capabilitiesOf, isLanguageModel, languagesOf, licenceOf } from "./describe-repository.ts";

const named = { name: "a/b" };
const home = "https://hub.example.org/a/b";

describe("what a repository says of itself", () => {
  it.each([
    [{ cardData: { license: "apache-2.0" } }, { id: "Apache-2.0" }],
    [{ cardData: { license: ["mit", "other"] } }, { id: "MIT" }],
    [{ cardData: { license: "cc-by-nc-4.0" } }, { id: "CC-BY-NC-4.0" }],
    [{ cardData: { license: "other", license_name: "gemma-terms", license_link: "LICENSE" } }, { id: "gemma-terms", url: `${home}/blob/main/LICENSE` }],
    [{ cardData: { license: "llama3.2", license_link: "https://example.org/l" } }, { id: "llama3.2", url: "https://example.org/l" }],
    [{ cardData: { license: false, license_link: "javascript:alert(1)" }, tags: ["license:openrail"] }, { id: "openrail" }],
    [{ gated: "manual" }, { id: "unknown", gated: true, requiresConsent: false }],
  ])("is its licence: %o", (repository, licence) => {
    expect(licenceOf({ ...named, ...repository } as Parameters<typeof licenceOf>[0], home)).toEqual({ gated: false, ...licence });
  });

  it("is what it can do, and no more", () => {
    const can = (repository: object, ...formats: string[]) => capabilitiesOf({ ...named, ...repository }, formats);
    expect(can({ task: "text-generation" })).toEqual(["completion"]);
    expect(can({ task: "text-generation", tags: ["conversational"] })).toEqual(["completion", "chat"]);
    expect(can({ config: { tokenizer_config: { chat_template: "{{ messages }}" } } })).toEqual(["completion", "chat"]);
    expect(can({ task: "image-text-to-text" }, "gguf")).toEqual(["completion"]);
    expect(can({ task: "image-text-to-text" }, "gguf", "onnx")).toEqual(["completion", "vision"]);
    expect(can({ task: "feature-extraction", tags: ["conversational"] })).toEqual(["embeddings"]);
    expect(can({ tags: ["sentence-transformers"] })).toEqual(["embeddings"]);
    expect([isLanguageModel(named), isLanguageModel({ ...named, task: "text-ranking" }), isLanguageModel({ ...named, task: "object-detection" })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is its languages, by code, whatever else the card lists", () => {
    expect(languagesOf({ ...named, cardData: { language: ["en", false, "multilingual", "zh-Hans", "en"] } as never })).toEqual(["en", "zh-Hans"]);
    expect(languagesOf({ ...named, cardData: { language: "code" } as never })).toBeUndefined();
  });
});
