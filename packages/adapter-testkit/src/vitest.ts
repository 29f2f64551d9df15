import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Adapter, AdapterContext, InstalledModel, LoadOptions } from "@tenfold/core";
import { afterAll, beforeAll, describe, type TestContext, test } from "vitest";
import type { ConformancePage } from "./browser.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { conformanceCases } from "./conformance-cases.ts";
import { createKit } from "./kit.ts";
import { damagedCopy } from "./models.ts";
import { nodeContext } from "./node-context.ts";
import type { Reference } from "./reference.ts";
import { refusalCases } from "./refusal-cases.ts";
import { type CaseOutcome, judge, runCase } from "./run-case.ts";
import { checkForm, type TestedForm } from "./tested-form.ts";

export { type KilledHosts, testKilledHosts } from "./killed-hosts.ts";
export { type Soak, testSoak } from "./soak-test.ts";
export type { FormResult, TestedForm } from "./tested-form.ts";
export { nodeContext };

interface CommonSuite {
  name: string;
  /** Runs first in every test; skips it or fails it when what it needs is absent. */
  beforeEach?: (context: TestContext) => void;
  /** Cases that the adapter cannot meet, by id, each with its reason. One that passes all the same fails the suite. */
  known?: Readonly<Record<string, string>>;
  /** What is run, for the table of all suites; without it the suite has no line there. */
  form?: TestedForm;
}

export interface ConformanceSuite extends CommonSuite {
  adapter: Adapter;
  /** Undefined when the model is not on this machine; `beforeEach` then says so. */
  model: () => Promise<InstalledModel | undefined>;
  reference?: Reference;
  loadOptions?: LoadOptions;
  /** Loads over which memory may not grow. Default 20. */
  memoryLoads?: number;
  context?: AdapterContext;
}

/** The conformance cases as a vitest suite. */
export function describeConformance({ adapter, model, reference, loadOptions, memoryLoads, context, ...suite }: ConformanceSuite): void {
  describeCases({
    ...suite,
    framework: adapter.framework,
    async open() {
      const installed = await model();
      if (!installed) return undefined;
      const kit = createKit({
        adapter,
        context: context ?? nodeContext(),
        model: installed,
        processMemory: residentBytes,
        damage: damagedCopy,
        ...(reference ? { reference } : {}),
        ...(loadOptions ? { loadOptions } : {}),
        ...(memoryLoads === undefined ? {} : { memoryLoads }),
      });
      return { run: (one) => runCase(one, kit), close: () => kit.close() };
    },
  });
}

let collectGarbage: (() => void) | undefined;

/** Of the whole process, without what is only waiting to be collected. */
function residentBytes(): number {
  if (!collectGarbage) {
    setFlagsFromString("--expose-gc");
    collectGarbage = runInNewContext("gc") as () => void;
  }
  collectGarbage();
  return process.memoryUsage().rss;
}

export interface PageConformanceSuite extends CommonSuite {
  /** A page that called `showConformance`. Undefined when there is no browser; `beforeEach` then says so. */
  page: () => Promise<ConformancePage | undefined>;
  /** What the page's adapter is for. Needed where there is a form. */
  framework?: string;
}

/** What every adapter refuses, as a vitest suite for one whose framework does not run yet. */
export function describeRefusals({ name, adapter, model }: { name: string; adapter: Adapter; model: () => Promise<InstalledModel> }): void {
  describe(`refusals: ${name}`, () => {
    for (const one of refusalCases) {
      test(one.title, async () => {
        const result = await runCase(one, createKit({ adapter, context: nodeContext(), model: await model(), damage: damagedCopy }));
        if (result.outcome === "failed") throw result.error;
      });
    }
  });
}

/** The conformance cases as a vitest suite of what a page runs. */
export function describeConformanceInPage({ page, ...suite }: PageConformanceSuite): void {
  describeCases({
    ...suite,
    async open() {
      const opened = await page();
      return (
        opened && {
          async run({ id }) {
            const result = await opened.run(id);
            return result.outcome === "failed" ? { outcome: "failed", error: new Error(result.error) } : result;
          },
          close: () => opened.close(),
        }
      );
    },
  });
}

interface CaseRunner {
  run(one: ConformanceCase): Promise<CaseOutcome>;
  close(): Promise<void>;
}

function describeCases({
  name,
  framework,
  form,
  beforeEach,
  known = {},
  open,
}: CommonSuite & { framework?: string; open(): Promise<CaseRunner | undefined> }): void {
  describe(`conformance: ${name}`, () => {
    let runner: CaseRunner | undefined;
    beforeAll(async () => {
      runner = await open();
    });
    afterAll(() => runner?.close());

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
        if (!runner) throw new Error("There is no model.");
        const result = judge(one, await runner.run(one), mark);
        if (result.outcome === "failed") throw result.error;
        if (form && framework !== undefined && result.outcome === "passed" && result.measured) {
          checkForm(form, result.measured);
          testContext.task.meta.formResult = { framework, form, suite: name, measured: result.measured };
        }
        if (result.outcome === "not-applicable") testContext.skip(`does not apply: ${result.reason}`);
      });
    }
  });
}
