export interface QueueTicket {
  /** Higher comes first. */
  priority: number;
  /** Who asks: callers of one priority take turns. */
  caller: object;
  signal?: AbortSignal | undefined;
}

/** Requests for one loaded model, above as many as it answers at once. */
export interface RequestQueue {
  readonly running: number;
  readonly waiting: number;
  /** Waits for a turn. Rejects with the signal's reason. @returns ends the turn. */
  enter(ticket: QueueTicket): Promise<() => void>;
  /** Sets how many run at once; grants at once what that allows. */
  resize(slots: number): void;
}

interface Waiter extends QueueTicket {
  grant(): void;
}

/** By priority; among equals the caller whose last turn is the longest ago, then who came first. */
export function createRequestQueue(slots: number): RequestQueue {
  const waiting: Waiter[] = [];
  const lastTurn = new WeakMap<object, number>();
  let running = 0;
  let turns = 0;

  const ahead = (left: Waiter, right: Waiter) => right.priority - left.priority || (lastTurn.get(left.caller) ?? 0) - (lastTurn.get(right.caller) ?? 0);

  function begin(caller: object): () => void {
    running += 1;
    turns += 1;
    lastTurn.set(caller, turns);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      running -= 1;
      proceed();
    };
  }

  function proceed(): void {
    while (running < slots && waiting.length > 0) {
      const next = waiting.reduce((first, one) => (ahead(first, one) <= 0 ? first : one));
      waiting.splice(waiting.indexOf(next), 1);
      next.grant();
    }
  }

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting.length;
    },
    async enter({ signal, ...ticket }) {
      signal?.throwIfAborted();
      if (running < slots && waiting.length === 0) return begin(ticket.caller);
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          ...ticket,
          grant() {
            signal?.removeEventListener("abort", leave);
            resolve(begin(ticket.caller));
          },
        };
        waiting.push(waiter);
        signal?.addEventListener("abort", leave, { once: true });
      });
    },
    resize(next) {
      slots = next;
      proceed();
    },
  };
}
