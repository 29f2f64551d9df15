import { openReadme } from "@tenfold/tooling/readme";
import { expect, test } from "vitest";

const { examples, run } = await openReadme(new URL("../README.md", import.meta.url));

test("the first example writes JSON that follows its schema", async () => {
  const { stdout } = await run(examples[0] ?? "");
  const { city, days } = JSON.parse(stdout);
  expect(["Paris", "Rome"]).toContain(city);
  expect([days >= 1, days <= 14, Number.isInteger(days)]).toEqual([true, true, true]);
});

test("the second ends at the stop string, with the thought apart", async () => {
  const { stdout } = await run(examples[1] ?? "");
  expect(stdout).toMatch(/type: 'reasoning'[\s\S]*Easy\.[\s\S]*type: 'text'[\s\S]*It is 4\.[\s\S]*true\n$/);
  expect(stdout).not.toContain("thanks");
});
