import { expect, it } from "vitest";
import { settled } from "../../test/simulated-device.ts";
import { createRequestQueue } from "./request-queue.ts";

/** Asks for turns and notes the order they were granted in. */
function line(slots: number) {
  const queue = createRequestQueue(slots);
  const granted: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    queue,
    granted,
    ask: (name: string, caller: object, priority = 0, signal?: AbortSignal) =>
      queue.enter({ priority, caller, signal }).then((end) => {
        granted.push(name);
        ends.set(name, end);
      }),
    async end(name: string) {
      await settled();
      ends.get(name)?.();
      ends.get(name)?.();
      await settled();
    },
  };
}

it("lets as many in as there are places, and the next when one leaves", async () => {
  const { queue, granted, ask, end } = line(2);
  for (const name of ["a", "b", "c"]) void ask(name, {});
  await settled();
  expect(granted).toEqual(["a", "b"]);
  expect([queue.running, queue.waiting]).toEqual([2, 1]);
  await end("a");
  expect(granted).toEqual(["a", "b", "c"]);
});

it("takes the higher priority first", async () => {
  const { granted, ask, end } = line(1);
  void ask("running", {});
  void ask("low", {}, -1);
  void ask("usual", {});
  void ask("urgent", {}, 5);
  for (const name of ["running", "urgent", "usual"]) await end(name);
  expect(granted).toEqual(["running", "urgent", "usual", "low"]);
});

it("lets callers take turns, so that many requests of one delay another's by one at most", async () => {
  const { granted, ask, end } = line(1);
  const [busy, modest] = [{}, {}];
  for (const name of ["b1", "b2", "b3"]) void ask(name, busy);
  void ask("m1", modest);
  void ask("m2", modest);
  for (const name of ["b1", "m1", "b2", "m2"]) await end(name);
  expect(granted).toEqual(["b1", "m1", "b2", "m2", "b3"]);
});

it("forgets who leaves, and rejects with their reason", async () => {
  const { queue, granted, ask, end } = line(1);
  const reason = new Error("left");
  const abort = new AbortController();
  void ask("first", {});
  const leaving = ask("second", {}, 0, abort.signal);
  void ask("third", {});
  abort.abort(reason);
  await expect(leaving).rejects.toBe(reason);
  await expect(ask("never", {}, 0, abort.signal)).rejects.toBe(reason);
  await end("first");
  expect(granted).toEqual(["first", "third"]);
  expect([queue.running, queue.waiting]).toEqual([1, 0]);
});

it("lets more in when it is widened", async () => {
  const { queue, granted, ask } = line(1);
  for (const name of ["a", "b", "c"]) void ask(name, {});
  queue.resize(2);
  await settled();
  expect(granted).toEqual(["a", "b"]);
});
