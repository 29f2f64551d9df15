/** Who listens to a port, by the type of event. React Native has no events of its own. */
export function createPortListeners() {
  const listeners = new Map<string, Set<(event: never) => void>>();
  return {
    add(type: string, listener: (event: never) => void): void {
      const known = listeners.get(type) ?? new Set();
      listeners.set(type, known.add(listener));
    },
    tell(type: string, event: unknown): void {
      for (const listener of [...(listeners.get(type) ?? [])]) listener(event as never);
    },
  };
}
