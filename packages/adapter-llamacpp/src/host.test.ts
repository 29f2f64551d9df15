import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext, InstalledModel, LoadedModel } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import { fullTests } from "@tenfold/tooling/requirement";
import { expect, inject, it } from "vitest";
import { unvalidated } from "../test/unvalidated.ts";
import { llamaCpp } from "./node.ts";

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

const rounds = fullTests ? 50 : 4;

it("killed in the middle of a token, again and again, every call ends with an error or an answer", { timeout: fullTests ? 1_800_000 : 600_000 }, async () => {
  const adapter = llamaCpp({ gpu: false, hostEntry: inject("hostEntry") });
  const installed = await tinyModel("q8_0");
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

it("a file that ends llama.cpp's process ends the host's alone", async () => {
  const module = new URL("../test/unvalidated.ts", import.meta.url).href;
  const adapter = inHost(unvalidated(), { module, name: "unvalidated", arguments: [] });
  const installed = await tinyModel("f32");
  const loading = adapter.load(installed as InstalledModel, nodeContext(), {});
  await expect(loading).rejects.toMatchObject({ code: "crashed", details: { signal: expect.stringMatching(/^SIG(ABRT|FPE|SEGV)$/) } });
});
