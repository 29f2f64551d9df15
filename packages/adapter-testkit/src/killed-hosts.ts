import type { Adapter, AdapterContext, InstalledModel, LoadedModel } from "@tenfold/core";
import { expect, test } from "vitest";
import { nodeContext } from "./node-context.ts";

export interface KilledHosts {
  /** Loads each model in a process of its own. */
  adapter: Adapter;
  /** Default: one of Node, without native parts. */
  context?: AdapterContext;
  model: () => Promise<InstalledModel>;
  /** How many processes are killed, each at another token. */
  rounds: number;
}

/** Kills a model's process in the middle of its answers, again and again: whoever waits gets an answer or the error `crashed`, and never nothing. */
export function testKilledHosts({ adapter, context: given = nodeContext(), model, rounds }: KilledHosts): void {
  test("killed in the middle of a token, again and again, every call ends with an error or an answer", { timeout: 1_800_000 }, async () => {
    const installed = await model();
    const outcomes: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { context, processId } = watched(given);
      const loaded = await adapter.load(installed, context, { threads: 1, contextSize: 256, parallel: 2 });
      const kill = (count: number) => {
        if (count === 1 + (round % 12)) process.kill(processId(), "SIGKILL");
      };
      const calls = await Promise.allSettled([answer(loaded, kill), answer(loaded), loaded.countTokens("a")]);
      outcomes.push(...calls.map((one) => (one.status === "fulfilled" ? "answer" : String(one.reason.code))));
      await loaded.dispose();
    }
    expect(outcomes).toHaveLength(3 * rounds);
    expect(outcomes.filter((one) => one !== "answer" && one !== "crashed")).toEqual([]);
    expect(outcomes).toContain("crashed");
  });
}

/** A context, and the process of the last host: what it prints is logged with its number. */
function watched(given: AdapterContext): { context: AdapterContext; processId: () => number } {
  let last = Number.NaN;
  const context: AdapterContext = {
    ...given,
    log: (_level, _message, details) => {
      if (typeof details?.host === "number") last = details.host;
    },
  };
  return { context, processId: () => last };
}

async function answer(model: LoadedModel, seen: (count: number) => void = () => {}): Promise<void> {
  let count = 0;
  for await (const _event of model.generate({ prompt: "What is 17 + 15?", maxTokens: 40, sampling: { temperature: 0 } })) {
    count += 1;
    seen(count);
  }
}
