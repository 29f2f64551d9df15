/** Work of all cores and of this process since some moment, in core-seconds. */
export interface WorkSample {
  atMs: number;
  allSeconds: number;
  ownSeconds: number;
}

const windowMs = 60_000;
/** Less is noise: the system counts in hundredths of a second. */
const leastMs = 500;

/** Cores' worth of work that others do, over about the last minute of the samples it was given. */
export function createBusyCores(): (sample: WorkSample) => number | undefined {
  const samples: WorkSample[] = [];
  return (sample) => {
    samples.push(sample);
    while ((samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= sample.atMs - windowMs) samples.shift();
    const [first] = samples;
    if (!first || sample.atMs - first.atMs < leastMs) return undefined;
    const others = sample.allSeconds - first.allSeconds - (sample.ownSeconds - first.ownSeconds);
    return Math.max(0, (others * 1000) / (sample.atMs - first.atMs));
  };
}
