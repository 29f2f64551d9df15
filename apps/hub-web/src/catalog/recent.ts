/** What was asked for last, up to a weight; the rest is let go, what was asked for longest ago first. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, weight: number): void;
  delete(key: string): void;
}

export function createRecent<Value>(mostWeight: number): Recent<Value> {
  // A map keeps the order in which its keys were put in.
  const kept = new Map<string, { readonly value: Value; readonly weight: number }>();
  let weightOfAll = 0;

  function remove(key: string): void {
    weightOfAll -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  }

  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set(key, value, weight) {
      remove(key);
      kept.set(key, { value, weight });
      weightOfAll += weight;
      for (const oldest of kept.keys()) {
        if (weightOfAll <= mostWeight) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
