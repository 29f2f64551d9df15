/** How many may watch at once: each watcher holds a connection, and asks the database twice a second. */
export interface WatchPlaces {
  /** Answers what gives the place back, or nothing when all are taken. */
  take(userId: string): (() => void) | undefined;
  /** Those that are taken now. */
  readonly taken: number;
}

/** @param each of one person: browsers open six connections to a host, and pages need some of them */
export function createWatchPlaces({ each = 4, together = 200 }: { each?: number; together?: number } = {}): WatchPlaces {
  const taken = new Map<string, number>();
  let sum = 0;
  return {
    take(userId) {
      const own = taken.get(userId) ?? 0;
      if (own >= each || sum >= together) return undefined;
      taken.set(userId, own + 1);
      sum += 1;
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        sum -= 1;
        const left = (taken.get(userId) ?? 1) - 1;
        if (left === 0) taken.delete(userId);
        else taken.set(userId, left);
      };
    },
    get taken() {
      return sum;
    },
  };
}
