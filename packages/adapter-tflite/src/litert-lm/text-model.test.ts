import { collect } from "@tenfold/adapter-testkit";
import { tinyLiteRtLmModel } from "@tenfold/adapter-testkit/models";
import type { GenerateRequest, LoadedModel } from "@tenfold/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { liteRtLmContext, needLiteRtLm } from "../../test/litert-lm-context.ts";
import { liteRtLm } from "../node.ts";

let model: LoadedModel;
beforeAll(async () => {
  if (liteRtLmContext.nativeParts.size > 0) model = await liteRtLm().load(await tinyLiteRtLmModel(), liteRtLmContext, { threads: 1, isolation: "none" });
});
afterAll(() => model?.dispose());
beforeEach(needLiteRtLm);

const ask = (changes: Partial<GenerateRequest>) =>
  collect(model.generate({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 }, ...changes } as GenerateRequest));

test("what its sampler does not know has no effect, and the start says so", async () => {
  const { events, text } = await ask({ sampling: { temperature: 0, minP: 0.1, frequencyPenalty: 1 }, logProbabilities: 2 });
  expect(text).toBe("17 + 15 = 32.");
  const [start] = events;
  const warned = start?.type === "start" ? start.warnings.map(({ setting }) => setting) : [];
  expect(warned).toEqual(["minP", "frequencyPenalty", "logProbabilities"]);
});

test("what it cannot be held to is refused, not ignored", async () => {
  const tools = [{ name: "clock", description: "The time.", parameters: { type: "object", properties: {} } }];
  await expect(ask({ responseFormat: { type: "json" } })).rejects.toMatchObject({ code: "unsupported-request" });
  await expect(ask({ tools, toolChoice: "required" })).rejects.toMatchObject({ code: "unsupported-request" });
  expect((await ask({})).text).toBe("17 + 15 = 32.");
});
