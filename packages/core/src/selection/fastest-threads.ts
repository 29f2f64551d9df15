import type { Accelerator, FrameworkId, Measurement } from "@tenfold/catalog";

export interface ThreadsQuestion {
  framework: FrameworkId;
  accelerator: Accelerator;
  /** SHA-256 of the weights, by which measurements name them. */
  weights?: string;
  measurements?: readonly Measurement[];
}

/**
 * How many threads were fastest here: with these weights, else with any of the framework. More are not always faster: threads wait for
 * one another, and a library may move work between them.
 * @returns undefined where fewer than two numbers of threads were compared.
 */
export function fastestThreads({ framework, accelerator, weights, measurements = [] }: ThreadsQuestion): { threads: number; why: string } | undefined {
  const alike = measurements.filter((one) => one.framework === framework && one.accelerator === accelerator && one.threads !== undefined);
  return fastestOf(alike.filter((one) => one.weights === weights)) ?? fastestOf(alike);
}

function fastestOf(measurements: readonly Measurement[]): { threads: number; why: string } | undefined {
  const counts = [...new Set(measurements.map(({ threads = 1 }) => threads))].sort((left, right) => left - right);
  // Measurements differ by model and prompt: only what was measured with each number of threads compares them.
  const subjects = groupBy(measurements, ({ weights, prompt, contextSize }) => `${weights} ${prompt} ${contextSize}`);
  const compared = [...subjects.values()].filter((group) => counts.every((count) => group.some(({ threads }) => threads === count)));
  if (counts.length < 2 || compared.length === 0) return undefined;
  const score = (count: number) => compared.reduce((sum, group) => sum + Math.log(speedAt(group, count)), 0);
  const [threads = 1] = [...counts].sort((left, right) => score(right) - score(left));
  return { threads, why: `the fastest of ${counts.join(", ")} that were measured here` };
}

function speedAt(group: readonly Measurement[], count: number): number {
  const latest = group.filter(({ threads }) => threads === count).reduce((found, one) => (one.takenAt > found.takenAt ? one : found));
  return Math.max(Number.MIN_VALUE, latest.decodeTokensPerSecond.median);
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
