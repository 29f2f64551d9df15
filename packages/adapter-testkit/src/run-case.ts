import type { ConformanceCase, Measured } from "./conformance-case.ts";
import type { OpenKit } from "./kit.ts";

export type CaseOutcome = { outcome: "passed"; measured?: Measured } | { outcome: "failed"; error: unknown } | { outcome: "not-applicable"; reason: string };

/** Runs one case and disposes what it loaded. */
export async function runCase(one: ConformanceCase, kit: OpenKit): Promise<CaseOutcome> {
  const result = await attempt(one, kit);
  try {
    await kit.endCase();
    return result;
  } catch (error) {
    return result.outcome === "failed" ? result : { outcome: "failed", error };
  }
}

async function attempt(one: ConformanceCase, kit: OpenKit): Promise<CaseOutcome> {
  try {
    const reason = one.needs?.((await kit.shared()).capabilities, kit);
    if (reason !== undefined) return { outcome: "not-applicable", reason };
    const measured = await one.run(kit);
    return { outcome: "passed", ...(measured ? { measured } : {}) };
  } catch (error) {
    return { outcome: "failed", error };
  }
}

/**
 * What an outcome means for a case that the adapter is known to fail: failing is right, and passing is not, so that the mark goes
 * once the reason has gone.
 */
export function judge(one: ConformanceCase, outcome: CaseOutcome, known: string | undefined): CaseOutcome {
  if (known === undefined || outcome.outcome === "not-applicable") return outcome;
  if (outcome.outcome === "failed") return { outcome: "passed" };
  return { outcome: "failed", error: new Error(`"${one.id}" is marked as failing (${known}) and passes: remove the mark.`) };
}
