import type { Adapter, InstalledModel, Log } from "@tenfold/core";
import { expect, type TestContext, test } from "vitest";
import { nodeContext } from "./node-context.ts";
import { takeRandomTurns } from "./random-turns.ts";

export interface Soak {
  adapter: Adapter;
  model: () => Promise<InstalledModel>;
  turns: number;
  /** Answers at once. */
  parallel: number;
  /** Whole numbers from 0 and below a bound, in a fixed order. */
  random: (below: number) => number;
  /** Of a process, in use. */
  residentBytes(processId: number): number;
  /** What a process holds open. */
  openDescriptors(processId: number): unknown;
  /** Runs first; skips the test where it is not wanted. */
  beforeEach(context: TestContext): void;
}

/** What the resident memory may grow by between the second quarter of the turns and the last. */
const growthLimit = 0.05;

/** Many chat turns in this process and in a host's, which leave memory and descriptors where they were. */
export function testSoak({ adapter, model, turns, parallel, random, residentBytes, openDescriptors, beforeEach }: Soak): void {
  test.for(["none", "host"] as const)(
    "chat turns of random length, many of them broken off, leave memory and descriptors where they were (isolation: %s)",
    { timeout: 7_200_000 },
    async (isolation, context) => {
      beforeEach(context);
      let processId = process.pid;
      const log: Log = (_level, _message, details) => {
        if (typeof details?.host === "number") processId = details.host;
      };
      const loaded = await adapter.load(await model(), { ...nodeContext(), log }, { threads: 1, parallel, isolation });
      const memory: number[] = [];
      let before: unknown;
      const endings = await takeRandomTurns({
        model: loaded,
        turns,
        random,
        after(turn) {
          if (turn % 5 === 4) memory.push(residentBytes(processId));
          if (turn === Math.floor(turns / 4)) before = openDescriptors(processId);
        },
      });
      expect([...endings].sort()).toEqual(["aborted", "finished", "left"]);
      expect(openDescriptors(processId)).toEqual(before);
      const quarter = Math.floor(memory.length / 4);
      const [early, late] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
      const figures = `${turns} turns, ${mebibytes(early)} MiB in their second quarter, ${mebibytes(late)} in the last`;
      await context.annotate(figures);
      expect(late / early - 1, `growth: ${figures}; MiB after each five ${memory.map(mebibytes).join(", ")}`).toBeLessThan(growthLimit);
      await loaded.dispose();
    },
  );
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
