import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { lifecycleStates, lifecycleTable } from "../src/lifecycle/states.ts";

it("the diagram in docs/lifecycle.md shows the transitions of the table, and no others", async () => {
  const page = await readFile(new URL("../../../docs/lifecycle.md", import.meta.url), "utf8");
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} > ${to}`);
  const legal = lifecycleStates.flatMap((from) => lifecycleTable[from].next.map((to) => [from, to])).filter((pair) => !pair.includes("error"));
  expect(drawn.sort()).toEqual(legal.map(([from, to]) => `${from} > ${to}`).sort());
});
