import { TenfoldError } from "@tenfold/catalog";
import { fullTests } from "@tenfold/tooling/requirement";
import { createRandom } from "@tenfold/tooling/soak";
import { expect, it } from "vitest";
import { scriptedDevice, settled, simulatedClock } from "../../test/simulated-device.ts";
import { follower, simulatedMemory } from "../../test/simulated-memory.ts";
import { createPool, type Hold } from "./pool.ts";

const steps = 10_000;
const physicalBytes = 1000;
const limitBytes = 800;
const marginBytes = 20;
/** Longer than any answer and any load; nothing that has to end may take longer. */
const patienceMs = 500_000;

const seeds = fullTests ? Array.from({ length: 40 }, (_, index) => index + 1) : [7, 12];

it.each(seeds)(
  "10,000 loads, generations, pressures and failures stay within the budget, evict nothing that generates and never deadlock (seed %i)",
  async (seed) => {
    const random = createRandom(seed);
    const chance = (percent: number) => random(100) < percent;
    const clock = simulatedClock();
    const memory = simulatedMemory(clock);
    let othersBytes = 0;
    const device = scriptedDevice({}, { availableBytes: () => physicalBytes - othersBytes - memory.usedBytes });
    const pool = createPool({ clock, device, limitBytes, marginBytes, ...(seed % 2 === 0 ? { idleTimeoutMs: 300 } : {}) });

    const failsToLoad = () => (chance(10) ? new TenfoldError("load-failed", "It does not load.") : undefined);
    const failsToAnswer = () => (chance(1) ? new TenfoldError("crashed", "It crashed.") : undefined);
    const candidates = [60, 100, 150, 220, 300, 400, 620, 900].map((steadyBytes, index) =>
      memory.candidate({
        name: `model-${index}`,
        steadyBytes,
        peakBytes: steadyBytes + random(80),
        takesBytes: steadyBytes - random(20),
        parallel: 1 + random(3),
        pinned: index === 0,
        failsToLoad,
        failsToAnswer,
      }),
    );

    const holds: Hold[] = [];
    const counts = { loads: 0, refused: 0, answers: 0, failed: 0, aborted: 0 };
    let outstanding = 0;
    let step = 0;
    const unexpected: unknown[] = [];
    const expected = (error: unknown) => {
      if (error instanceof DOMException) counts.aborted += 1;
      else if (TenfoldError.is(error, "out-of-memory")) counts.refused += 1;
      else if (TenfoldError.is(error, "load-failed", "crashed", "disposed")) counts.failed += 1;
      else unexpected.push(error);
    };
    function run(work: (signal: AbortSignal) => Promise<void>): void {
      outstanding += 1;
      const abort = new AbortController();
      if (chance(15)) clock.sleep(random(200)).then(() => abort.abort(new DOMException("Left", "AbortError")));
      work(abort.signal)
        .catch(expected)
        .finally(() => {
          outstanding -= 1;
        });
    }

    const asking = new Map<Hold, number>();
    const ask = (hold: Hold, change: number) => void asking.set(hold, (asking.get(hold) ?? 0) + change);
    async function answer(hold: Hold, signal: AbortSignal): Promise<void> {
      ask(hold, 1);
      await answerOnce(hold, signal).finally(() => ask(hold, -1));
    }
    async function answerOnce(hold: Hold, signal: AbortSignal): Promise<void> {
      const use = await hold.use({ takesTurn: true, priority: random(3), signal });
      try {
        for await (const event of use.loaded.generate({ prompt: "", maxTokens: 1 + random(12), signal })) if (event.type === "text" && chance(2)) break;
        counts.answers += 1;
      } catch (error) {
        if (TenfoldError.is(error, "crashed")) {
          memory.allowForced = true;
          hold.discard(use.loaded, error);
          await settled();
          memory.allowForced = false;
        }
        throw error;
      } finally {
        use.release();
      }
    }

    const operations: [number, () => void][] = [
      [
        20,
        () =>
          run(async (signal) => {
            const candidate = candidates[random(candidates.length)];
            if (!candidate) return;
            counts.loads += 1;
            const hold = await pool.hold(candidate, follower(), signal);
            holds.push(hold);
          }),
      ],
      [
        40,
        () => {
          const hold = holds[random(holds.length)];
          if (hold) run((signal) => answer(hold, signal));
        },
      ],
      [
        10,
        () => {
          // One whose requests are done: a handle ends them before it lets go.
          const at = random(holds.length);
          const hold = holds[at];
          if (!hold || asking.get(hold) || (holds.length <= 6 && chance(80))) return;
          holds.splice(at, 1);
          run(async (signal) => void (await answer(hold, signal).finally(() => hold.release())));
        },
      ],
      [3, () => device.press(chance(70) ? "warning" : "critical")],
      [
        5,
        () => {
          // What others take while something loads cannot be told from what the load takes.
          if (pool.list().some(({ state }) => state !== "ready")) return;
          othersBytes = Math.min(random(500), physicalBytes - memory.usedBytes);
          device.become({ availableMemoryBytes: physicalBytes - othersBytes - memory.usedBytes });
        },
      ],
      [22, () => {}],
    ];
    const whole = operations.reduce((sum, [weight]) => sum + weight, 0);

    function check(): void {
      const where = `seed ${seed}, step ${step}`;
      const listed = pool.list();
      const reserved = listed.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(memory.violations, where).toEqual([]);
      expect(unexpected, where).toEqual([]);
      expect(pool.memory.reservedBytes, where).toBe(reserved);
      expect(reserved, where).toBeLessThanOrEqual(limitBytes);
      expect(memory.usedBytes, where).toBeLessThanOrEqual(reserved);
      expect(memory.usedBytes + othersBytes, where).toBeLessThanOrEqual(physicalBytes);
    }

    for (step = 1; step <= steps; step += 1) {
      let choice = random(whole);
      for (const [weight, operation] of operations) {
        if (choice < weight) {
          operation();
          break;
        }
        choice -= weight;
      }
      if (chance(60)) await clock.advance(random(30));
      else await settled();
      check();
    }

    for (let waited = 0; outstanding > 0 && waited < patienceMs; waited += 1000) await clock.advance(1000);
    expect(outstanding, `seed ${seed}: so many never ended`).toBe(0);
    for (const hold of holds) {
      const released = hold.release();
      await clock.advance(10);
      await released;
    }
    await clock.advance(1000);
    check();
    expect(pool.list(), `seed ${seed}`).toEqual([]);
    expect([memory.usedBytes, pool.memory.reservedBytes], `seed ${seed}`).toEqual([0, 0]);
    // The script is worth something only while all of it happens.
    expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(50);
    console.info(`seed ${seed}: ${JSON.stringify(counts)}, ${memory.loads.length} real loads`);
  },
  120_000,
);
