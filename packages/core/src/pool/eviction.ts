/** A model in memory, as whoever looks for memory sees it. */
export interface Occupant {
  readonly name: string;
  readonly bytes: number;
  readonly state: "loading" | "ready" | "unloading";
  /** A request runs on it or waits for it. */
  readonly busy: boolean;
  /** Somebody has a handle on it. */
  readonly held: boolean;
  readonly pinned: boolean;
  /** Rises with each use of any model. */
  readonly lastUse: number;
  /** Takes no new requests, because it is to make room when those it has are done. */
  draining: boolean;
  /** Unloads; `onFreed` is called at the moment its memory is free, before anybody else hears of it. */
  unload(onFreed?: () => void): Promise<void>;
}

export const isEvictable = ({ state, busy, pinned }: Occupant): boolean => state === "ready" && !busy && !pinned;

/** Those go first that nobody has a handle on, then those unused for longest. */
export function byEviction(left: Occupant, right: Occupant): number {
  return Number(left.held) - Number(right.held) || left.lastUse - right.lastUse;
}

/** The first of these that free so many bytes together, without those that turn out not to be needed; undefined when all are too few. */
export function enough(ordered: readonly Occupant[], bytes: number): Occupant[] | undefined {
  let sum = 0;
  const chosen: Occupant[] = [];
  for (const one of ordered) {
    if (sum >= bytes) break;
    chosen.push(one);
    sum += one.bytes;
  }
  if (sum < bytes) return undefined;
  return chosen.filter((one) => {
    if (sum - one.bytes < bytes) return true;
    sum -= one.bytes;
    return false;
  });
}
