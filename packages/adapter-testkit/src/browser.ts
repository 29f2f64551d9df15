import type { AdapterContext } from "@tenfold/core";
import type { Measured } from "./conformance-case.ts";
import { conformanceCases } from "./conformance-cases.ts";
import { type ConformanceSetup, createKit, type OpenKit } from "./kit.ts";
import { runCase } from "./run-case.ts";

export { damagedInMemory, installedFromBlobs } from "./installed-from-blobs.ts";

/** An outcome as it leaves a page. */
export type PageOutcome = { outcome: "passed"; measured?: Measured } | { outcome: "failed"; error: string } | { outcome: "not-applicable"; reason: string };

/** What a test runner asks of a page: to run one case, by its id, and to end. */
export interface ConformancePage {
  run(id: string): Promise<PageOutcome>;
  close(): Promise<void>;
}

declare global {
  var conformancePage: ConformancePage | undefined;
}

/**
 * Makes the cases runnable from outside of this page, as `globalThis.conformancePage`; `describeConformanceInPage` calls it.
 * @param setup called for the first case.
 */
export function showConformance(setup: () => Promise<ConformanceSetup>): void {
  let kit: Promise<OpenKit> | undefined;
  globalThis.conformancePage = {
    async run(id) {
      const one = conformanceCases.find((each) => each.id === id);
      if (!one) return { outcome: "failed", error: `There is no conformance case ${id}.` };
      try {
        kit ??= setup().then(createKit);
        const result = await runCase(one, await kit);
        return result.outcome === "failed" ? { outcome: "failed", error: told(result.error) } : result;
      } catch (error) {
        return { outcome: "failed", error: told(error) };
      }
    },
    async close() {
      await (await kit)?.close();
    },
  };
}

/** A context for adapters in a page. */
export function pageContext(log: AdapterContext["log"]): AdapterContext {
  return { platform: { name: "browser", os: "", architecture: "wasm32" }, nativeParts: new Map(), log };
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? error.message}${error.cause === undefined ? "" : `\ncaused by ${told(error.cause)}`}`;
}
