import { silentLog } from "@tenfold/core";
import { expect, test } from "vitest";
import { conformanceCases, createKit, judge, runCase } from "../src/index.ts";
import { type Fault, faults } from "./faults.ts";
import { createScriptedAdapter, scriptedModel } from "./scripted-adapter.ts";
import { scriptedReference } from "./scripted-model.ts";

async function outcomes(fault?: Fault): Promise<Map<string, string>> {
  const { adapter, heldBytes } = createScriptedAdapter(fault);
  const kit = createKit({
    adapter,
    context: { platform: { name: "node", os: "", architecture: "" }, nativeParts: new Map(), log: silentLog },
    model: scriptedModel(),
    reference: scriptedReference,
    processMemory: heldBytes,
    damage: async (model, change) => ({ model: scriptedModel(change((await model.files[0]?.read()) ?? new Uint8Array())), remove: async () => {} }),
  });
  const found = new Map<string, string>();
  for (const one of conformanceCases) {
    const result = await runCase(one, kit);
    found.set(one.id, result.outcome === "failed" ? `failed: ${String(result.error)}` : result.outcome);
  }
  await kit.close();
  return found;
}

test("an adapter without fault passes every case", async () => {
  const wrong = [...(await outcomes())].filter(([, outcome]) => outcome !== "passed");
  expect(wrong).toEqual([]);
});

test.each(Object.entries(faults) as [Fault, readonly string[]][])('the fault "%s" fails %j', async (fault, ids) => {
  const found = await outcomes(fault);
  for (const id of ids) expect(found.get(id), id).toMatch(/^failed/);
});

test("every case is failed by some fault", () => {
  const caught = new Set<string>(Object.values(faults).flat());
  expect(conformanceCases.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
  expect(new Set(conformanceCases.map(({ id }) => id)).size).toBe(conformanceCases.length);
});

test("a case that is marked as failing has to fail", async () => {
  const [one] = conformanceCases;
  if (!one) throw new Error("there are no cases");
  expect(judge(one, { outcome: "failed", error: new Error("no") }, "not yet")).toEqual({ outcome: "passed" });
  const passing = judge(one, { outcome: "passed" }, "not yet");
  expect(passing.outcome === "failed" && String(passing.error)).toContain("remove the mark");
  expect(judge(one, { outcome: "passed" }, undefined)).toEqual({ outcome: "passed" });
  expect(judge(one, { outcome: "not-applicable", reason: "none" }, "not yet").outcome).toBe("not-applicable");
});
