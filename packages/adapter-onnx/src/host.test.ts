import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext, LoadedModel } from "@tenfold/core";
import { fullTests } from "@tenfold/tooling/requirement";
import { expect, inject, it } from "vitest";
import { onnx } from "./node.ts";

/** The context, and the process of the last host: what it prints is logged with its number. */
function watched(): { context: AdapterContext; processId: () => number } {
  let last: unknown;
  return {
    context: {
      ...nodeContext(),
      log: (_level, _message, details) => {
        if (typeof details?.host === "number") last = details.host;
      },
    },
    processId: () => Number(last),
  };
}

async function answer(model: LoadedModel, seen: (count: number) => void = () => {}): Promise<string> {
  let text = "";
  let count = 0;
  for await (const event of model.generate({ prompt: "What is 17 + 15?", maxTokens: 40, sampling: { temperature: 0 } })) {
    count += 1;
    seen(count);
    if (event.type === "text") text += event.text;
  }
  return text;
}

const rounds = fullTests ? 50 : 3;

it("killed in the middle of a token, again and again, every call ends with an error or an answer", { timeout: 1_800_000 }, async () => {
  const adapter = onnx({ through: "native", hostEntry: inject("hostEntry") });
  const installed = await tinyOnnxModel("onnx-gqa");
  const outcomes: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { context, processId } = watched();
    const model = await adapter.load(installed, context, { threads: 1, contextSize: 256, parallel: 2 });
    const kill = (count: number) => {
      if (count === 1 + (round % 12)) process.kill(processId(), "SIGKILL");
    };
    const calls = await Promise.allSettled([answer(model, kill), answer(model), model.countTokens("a")]);
    outcomes.push(...calls.map((one) => (one.status === "fulfilled" ? "answer" : String(one.reason.code))));
    await model.dispose();
  }
  expect(outcomes).toHaveLength(3 * rounds);
  expect(outcomes.filter((one) => one !== "answer" && one !== "crashed")).toEqual([]);
  expect(outcomes).toContain("crashed");
});
