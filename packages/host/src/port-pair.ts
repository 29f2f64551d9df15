import type { Port } from "./port.ts";
import { createPortListeners } from "./port-listeners.ts";

/** Two ends of a channel within this process, for places without `MessageChannel`. Messages arrive later, in order, and are not copied. */
export function createPortPair(): readonly [Port, Port] {
  let open = true;
  const ends = [createEnd(), createEnd()] as const;

  function createEnd() {
    const events = createPortListeners();
    const early: unknown[] = [];
    let started = false;
    return {
      events,
      receive(data: unknown): void {
        if (started) events.tell("message", { data });
        else early.push(data);
      },
      start(): void {
        if (started) return;
        started = true;
        for (const data of early.splice(0)) events.tell("message", { data });
      },
    };
  }

  function portOf(own: (typeof ends)[number], other: (typeof ends)[number]): Port {
    return {
      postMessage(message) {
        if (open) void Promise.resolve().then(() => other.receive(message));
      },
      addEventListener: own.events.add,
      start: own.start,
      close() {
        if (!open) return;
        open = false;
        // After what is on its way.
        void Promise.resolve().then(() => {
          for (const { events } of ends) events.tell("close", undefined);
        });
      },
    };
  }
  return [portOf(ends[0], ends[1]), portOf(ends[1], ends[0])];
}
