import type { FrameworkProfile } from "@tenfold/catalog";

/** A framework as data: one that takes GGUF in Node. */
export function profileOf(framework: string, more: Partial<FrameworkProfile> = {}): FrameworkProfile {
  const runs: FrameworkProfile["platforms"]["node"] = { supported: true, through: framework, proof: "tested", accelerators: ["cpu"] };
  return {
    ...{ framework, name: framework, package: `@tenfold/${framework}`, licence: "MIT", homepage: "https://example.org", formats: ["gguf"] },
    platforms: { node: runs, browser: { supported: false, reason: "It has no browser build." }, "react-native": runs },
    ...more,
  };
}
