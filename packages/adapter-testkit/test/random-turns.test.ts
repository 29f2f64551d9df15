import { createRandom } from "@tenfold/tooling/soak";
import { expect, test } from "vitest";
import { takeRandomTurns } from "../src/random-turns.ts";
import { nodeContext } from "../src/vitest.ts";
import { createScriptedAdapter, scriptedModel } from "./scripted-adapter.ts";

test("random turns end in every way that turns can, and are the same for the same seed", async () => {
  async function turns(seed: number) {
    const { adapter, heldBytes } = createScriptedAdapter();
    const model = await adapter.load(scriptedModel(), nodeContext(), {});
    const told: number[] = [];
    const endings = await takeRandomTurns({ model, turns: 60, random: createRandom(seed), after: (turn) => told.push(turn) });
    await model.dispose();
    expect(heldBytes()).toBe(0);
    expect(told).toEqual(Array.from({ length: 60 }, (_, turn) => turn));
    return [...endings];
  }
  const first = await turns(7);
  expect([...first].sort()).toEqual(["aborted", "finished", "left"]);
  expect(await turns(7)).toEqual(first);
});
