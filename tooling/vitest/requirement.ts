import type { TestContext } from "vitest";

/** The long form of the suite (`npm run test:full`): full fuzzing, soaks, every combination. */
export const fullTests: boolean = process.env.TENFOLD_FULL === "1";

/**
 * Skips the running test, with the reason in the summary, when something it needs is not on this machine.
 * Fails it instead when TENFOLD_REQUIRE (names separated by commas) says that this machine has it.
 *
 * @param remedy what to do to have it, as a user would be told: "apt-get install -y chromium".
 */
export function need(context: Pick<TestContext, "skip">, name: string, present: boolean, remedy: string): void {
  if (present) return;
  const reason = `needs ${name}: ${remedy}`;
  if (requiredNames().has(name)) throw new Error(`${reason} (TENFOLD_REQUIRE names ${name}, so this test may not be skipped here)`);
  context.skip(reason);
}

/** Skips the running test unless this is the long form of the suite. */
export function needFullTests(context: Pick<TestContext, "skip">): void {
  if (!fullTests) context.skip("long form only: npm run test:full");
}

function requiredNames(): Set<string> {
  return new Set((process.env.TENFOLD_REQUIRE ?? "").split(",").map((name) => name.trim()));
}
