import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { collect } from "@tenfold/adapter-testkit";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { liteRtLmContext, needLiteRtLm } from "../test/litert-lm-context.ts";
import { liteRtLm } from "./node.ts";

const path = fileURLToPath(new URL("../../../.cache/models/SmolLM2-135M-Instruct.litertlm", import.meta.url));

test("SmolLM2, exported by litert-torch, answers, goes on from its cache and follows a schema", { timeout: 300_000 }, async (context) => {
  needFullTests(context);
  needLiteRtLm(context);
  need(context, "smollm2-litertlm", existsSync(path), "the file that this package's README says how to write: .cache/models/SmolLM2-135M-Instruct.litertlm");
  const model = await liteRtLm().load(await installedFromFile(path, "litertlm"), liteRtLmContext, { threads: 1, contextSize: 512 });
  try {
    const ask = async (cacheKey: string, ...said: string[]) => {
      const messages = said.map((content, index) => ({ role: index % 2 === 0 ? ("user" as const) : ("assistant" as const), content }));
      return collect(model.generate({ messages, sampling: { temperature: 0 }, maxTokens: 40, cacheKey }));
    };
    const question = "What is the capital of France?";
    const first = await ask("one", question);
    expect(first.text).toContain("Paris");
    const second = await ask("one", question, first.text, "What is the capital of Italy?");
    expect(second.finish.usage.cachedTokens).toBeGreaterThanOrEqual(first.finish.usage.promptTokens - 1);
    const third = await ask("one", question, first.text, "What is the capital of Italy?", second.text, "Thank you. What is 2 + 3?");
    expect(third.finish.usage.cachedTokens).toBeGreaterThan(second.finish.usage.cachedTokens);
    const again = await ask("third", question, first.text, "What is the capital of Italy?", second.text, "Thank you. What is 2 + 3?");
    expect(third.text).toBe(again.text);
    const fresh = await ask("another", question, first.text, "What is the capital of Italy?");
    expect(fresh.finish.usage.cachedTokens).toBe(0);
    expect(second.text).toBe(fresh.text);
    const schema = { type: "object", properties: { city: { type: "string", maxLength: 20 } }, required: ["city"], additionalProperties: false };
    const messages = [{ role: "user", content: `${question} Answer in JSON.` }] as const;
    const held = await collect(model.generate({ messages, sampling: { temperature: 0 }, maxTokens: 60, responseFormat: { type: "json", schema } }));
    expect(JSON.parse(held.text)).toEqual({ city: expect.any(String) });
  } finally {
    await model.dispose();
  }
});
