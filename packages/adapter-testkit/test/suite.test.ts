import { describeConformance } from "../src/vitest.ts";
import { createScriptedAdapter, scriptedModel } from "./scripted-adapter.ts";
import { scriptedReference } from "./scripted-model.ts";

describeConformance({
  name: "the scripted adapter",
  adapter: createScriptedAdapter().adapter,
  model: async () => scriptedModel(),
  reference: scriptedReference,
});

describeConformance({
  name: "a scripted adapter with a known fault",
  adapter: createScriptedAdapter("ignores maxTokens").adapter,
  model: async () => scriptedModel(),
  reference: scriptedReference,
  known: Object.fromEntries(["max-tokens", "queued-abort", "parallel", "damaged-file"].map((id) => [id, "it ignores maxTokens"])),
});
