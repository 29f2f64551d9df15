import { type Adapter, type AdapterContext, type InstalledModel, type LoadOptions, silentLog } from "@tenfold/core";
import { afterAll, beforeAll, describe, type TestContext, test } from "vitest";
import { conformanceCases } from "./conformance-cases.ts";
import { createKit, type OpenKit } from "./kit.ts";
import { damagedCopy } from "./models.ts";
import type { Reference } from "./reference.ts";
import { judge, runCase } from "./run-case.ts";

export interface ConformanceSuite {
  name: string;
  adapter: Adapter;
  /** Undefined when the model is not on this machine; `beforeEach` then says so. */
  model: () => Promise<InstalledModel | undefined>;
  reference?: Reference;
  loadOptions?: LoadOptions;
  context?: AdapterContext;
  /** Runs first in every test; skips it or fails it when what it needs is absent. */
  beforeEach?: (context: TestContext) => void;
  /** Cases that the adapter cannot meet, by id, each with its reason. One that passes all the same fails the suite. */
  known?: Readonly<Record<string, string>>;
}

/** The conformance cases as a vitest suite. */
export function describeConformance({ name, adapter, model, reference, loadOptions, context, beforeEach, known = {} }: ConformanceSuite): void {
  describe(`conformance: ${name}`, () => {
    let kit: OpenKit | undefined;
    beforeAll(async () => {
      const installed = await model();
      if (!installed) return;
      kit = createKit({
        adapter,
        context: context ?? nodeContext(),
        model: installed,
        processMemory: () => process.memoryUsage().rss,
        damage: damagedCopy,
        ...(reference ? { reference } : {}),
        ...(loadOptions ? { loadOptions } : {}),
      });
    });
    afterAll(() => kit?.close());

    test("marks only cases that there are", () => {
      const ids = new Set(conformanceCases.map(({ id }) => id));
      const strangers = Object.keys(known).filter((id) => !ids.has(id));
      if (strangers.length > 0) throw new Error(`There is no conformance case ${strangers.join(", ")}.`);
    });

    for (const one of conformanceCases) {
      const mark = known[one.id];
      const title = mark === undefined ? one.title : `${one.title} (known to fail: ${mark})`;
      test(title, { timeout: 300_000 }, async (testContext) => {
        beforeEach?.(testContext);
        if (!kit) throw new Error("There is no model.");
        const result = judge(one, await runCase(one, kit), mark);
        if (result.outcome === "failed") throw result.error;
        if (result.outcome === "not-applicable") testContext.skip(`does not apply: ${result.reason}`);
      });
    }
  });
}

/** A context for adapters in Node, which logs nothing. */
export function nodeContext(): AdapterContext {
  return { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log: silentLog };
}
