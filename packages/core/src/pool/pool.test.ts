import { TenfoldError } from "@tenfold/catalog";
import { beforeEach, describe, expect, it } from "vitest";
import { type SimulatedClock, scriptedDevice, settled, simulatedClock } from "../../test/simulated-device.ts";
import { follower, type SimulatedMemory, type SimulatedModelOptions, simulatedMemory } from "../../test/simulated-memory.ts";
import { createPool, type Hold, type Pool, type PoolOptions } from "./pool.ts";

let clock: SimulatedClock;
let memory: SimulatedMemory;
beforeEach(() => {
  clock = simulatedClock();
  memory = simulatedMemory(clock);
});

const open = (options: Partial<PoolOptions> = {}) => createPool({ clock, marginBytes: 0, ...options });
const model = (name: string, steadyBytes: number, more: Partial<SimulatedModelOptions> = {}) =>
  memory.candidate({ name, steadyBytes, peakBytes: steadyBytes, ...more });
const names = (pool: Pool) => pool.list().map((one) => one.model);

/** Lets simulated time pass until a promise settles. */
async function done<Result>(promise: Promise<Result>): Promise<Result> {
  let over = false;
  const end = () => {
    over = true;
  };
  promise.then(end, end);
  for (let waited = 0; !over && waited < 1000; waited += 1) await clock.advance(10);
  if (!over) throw new Error("It never ended.");
  return promise;
}
const hold = (pool: Pool, candidate: ReturnType<typeof model>) => done(pool.hold(candidate, follower()));
const refusal = (promise: Promise<unknown>) =>
  done(promise).then(
    () => undefined,
    (error: unknown) => error as TenfoldError,
  );

async function answer(one: Hold, options: { maxTokens?: number; signal?: AbortSignal; priority?: number } = {}): Promise<string> {
  const { signal, priority = 0, maxTokens = 5 } = options;
  const use = await one.use({ takesTurn: true, priority, signal });
  try {
    let text = "";
    for await (const event of use.loaded.generate({ prompt: "", maxTokens, ...(signal ? { signal } : {}) })) if (event.type === "text") text += event.text;
    return text;
  } finally {
    use.release();
  }
}

describe("sharing", () => {
  it("loads once for all who ask for the same, also while it loads", async () => {
    const pool = open();
    const [first, second] = await done(Promise.all([1, 2].map(() => pool.hold(model("a", 10), follower()))));
    await hold(pool, model("a", 10));
    expect(memory.loads).toEqual(["a"]);
    expect(pool.list()).toMatchObject([{ model: "a", state: "ready", bytes: 10, holders: 3, running: 0 }]);
    await done(Promise.all([first?.release(), second?.release()]));
    expect(names(pool)).toEqual(["a"]);
  });

  it("tells who joins of the states it missed", async () => {
    const pool = open();
    const late = follower();
    const first = pool.hold(model("a", 10), follower());
    await clock.advance(15);
    await done(Promise.all([first, pool.hold(model("a", 10), late)]));
    expect(late.heard).toEqual(["initializing", "initialized", "loading", "loaded", "ready"]);
  });

  it("goes on loading for one when the other leaves", async () => {
    const pool = open();
    const abort = new AbortController();
    const reason = new Error("left");
    const [leaving, staying] = [pool.hold(model("a", 10), follower(), abort.signal), pool.hold(model("a", 10), follower())];
    await clock.advance(15);
    abort.abort(reason);
    expect(await refusal(leaving)).toBe(reason);
    await done(staying);
    expect(memory.loads).toEqual(["a"]);
  });

  it("ends a load that nobody waits for any more, and leaves nothing behind", async () => {
    const pool = open();
    const abort = new AbortController();
    const leaving = pool.hold(model("a", 10), follower(), abort.signal);
    await clock.advance(25);
    expect(memory.usedBytes).toBeGreaterThan(0);
    abort.abort(new Error("left"));
    await refusal(leaving);
    expect([memory.usedBytes, pool.memory.reservedBytes, names(pool)]).toEqual([0, 0, []]);
    await hold(pool, model("a", 10));
    expect(memory.loads).toEqual(["a", "a"]);
  });

  it("unloads when the last one lets go", async () => {
    const pool = open();
    const [first, second] = [await hold(pool, model("a", 10)), await hold(pool, model("a", 10))];
    await done(first.release());
    expect(memory.usedBytes).toBe(10);
    await done(Promise.all([second.release(), second.release()]));
    expect([memory.usedBytes, names(pool)]).toEqual([0, []]);
  });

  it("answers as many at once as the model can, and queues the rest", async () => {
    const pool = open();
    const one = await hold(pool, model("a", 10, { parallel: 2 }));
    const answers = [1, 2, 3, 4].map(() => answer(one));
    await settled();
    expect(pool.list()[0]).toMatchObject({ running: 2, waiting: 2 });
    expect(await done(Promise.all(answers))).toHaveLength(4);
    expect(memory.violations).toEqual([]);
  });

  it("loads anew for the next request after the model is gone", async () => {
    const pool = open();
    const one = await hold(pool, model("a", 10));
    memory.allowForced = true;
    one.discard(one.loaded as never, new TenfoldError("crashed", "gone"));
    await done(answer(one));
    expect(memory.loads).toEqual(["a", "a"]);
  });
});

describe("admission", () => {
  it("does not let two loads take one gap: the second waits until the first is steady", async () => {
    const pool = open({ limitBytes: 100 });
    const both = Promise.all([pool.hold(model("a", 40, { peakBytes: 70 }), follower()), pool.hold(model("b", 40, { peakBytes: 60 }), follower())]);
    await clock.advance(30);
    expect(pool.memory.reservedBytes).toBe(70);
    expect(memory.loads).toEqual(["a"]);
    await done(both);
    expect(pool.memory.reservedBytes).toBe(80);
  });

  it("refuses what can never fit, with the terms and what would help", async () => {
    const pool = open({ limitBytes: 60_000_000 });
    const error = await refusal(pool.hold(model("a", 80_000_000, { peakBytes: 90_000_000, contextSize: 4096 }), follower()));
    expect(error).toMatchObject({
      code: "out-of-memory",
      retryable: false,
      message: "a:only needs 90 MB to load with simulated (weights 40 MB, KV cache 40 MB, while loading 10 MB); 60 MB can be had.",
      remedy: "Load it with a context size of 1024. Choose a smaller variant, or close other applications.",
      details: { peakBytes: 90_000_000, steadyBytes: 80_000_000, withinBytes: 60_000_000, unloadable: [] },
    });
    expect(memory.loads).toEqual([]);
  });

  it("names the model that is answering when that is what is in the way, and admits once it is done", async () => {
    const pool = open({ limitBytes: 100 });
    const one = await hold(pool, model("a", 80));
    const answering = answer(one);
    await settled();
    const error = await refusal(pool.hold(model("b", 60), follower()));
    expect(error).toMatchObject({ code: "out-of-memory", retryable: true, message: expect.stringContaining("a:only takes 0.00 MB and is answering") });
    expect(error?.remedy).toContain("Unload a:only, or wait for its answer.");
    await done(answering);
    await hold(pool, model("b", 60));
    expect(names(pool)).toEqual(["b"]);
    expect(memory.violations).toEqual([]);
  });

  it("refuses a load above its own limit, before and after it is loaded", async () => {
    const pool = open();
    expect(await refusal(pool.hold(model("a", 80, { memoryLimitBytes: 70 }), follower()))).toMatchObject({ code: "out-of-memory" });
    expect(memory.loads).toEqual([]);
    const larger = pool.hold(model("b", 60, { memoryLimitBytes: 70, takesBytes: 75 }), follower());
    expect(await refusal(larger)).toMatchObject({ code: "out-of-memory" });
    expect([memory.loads, memory.usedBytes, pool.memory.reservedBytes]).toEqual([["b"], 0, 0]);
  });

  it("makes room for a model that turns out larger, or unloads it again", async () => {
    const pool = open({ limitBytes: 100 });
    await hold(pool, model("idle", 30));
    await hold(pool, model("larger", 60, { takesBytes: 90 }));
    expect(names(pool)).toEqual(["larger"]);
    expect(pool.memory.reservedBytes).toBe(90);
    const pinned = open({ limitBytes: 100 });
    await hold(pinned, model("kept", 30, { pinned: true }));
    const error = await refusal(pinned.hold(model("larger", 60, { takesBytes: 90 }), follower()));
    expect(error).toMatchObject({ code: "out-of-memory", details: { peakBytes: 90, withinBytes: 70 } });
    expect(names(pinned)).toEqual(["kept"]);
  });

  it("keeps to what the device has, and does not count a load twice", async () => {
    const device = scriptedDevice({}, { availableBytes: () => 100 - memory.usedBytes });
    const pool = open({ device });
    await done(Promise.all([pool.hold(model("a", 50), follower()), pool.hold(model("b", 50), follower())]));
    expect(await refusal(pool.hold(model("c", 101), follower()))).toMatchObject({ code: "out-of-memory" });
    expect(names(pool)).toEqual(["a", "b"]);
  });

  it("says so and goes on when the device cannot be read", async () => {
    const said: string[] = [];
    const device = { ...scriptedDevice(), state: () => Promise.reject(new Error("no sensors")) };
    await hold(open({ device, log: (level, message) => void said.push(`${level} ${message}`) }), model("a", 10));
    expect(said).toEqual(["warning The device does not say how much memory it has: Error: no sensors"]);
  });
});

describe("eviction", () => {
  it("takes the model that was unused for longest, and brings it back when it is used", async () => {
    const pool = open({ limitBytes: 100 });
    const [a, b] = [await hold(pool, model("a", 40)), await hold(pool, model("b", 40))];
    await done(answer(a));
    await hold(pool, model("c", 40));
    expect(names(pool)).toEqual(["a", "c"]);
    expect(b.loaded).toBeUndefined();
    await done(answer(b));
    expect(names(pool).sort()).toEqual(["b", "c"]);
    expect(memory.violations).toEqual([]);
  });

  it("takes no more than is needed", async () => {
    const pool = open({ limitBytes: 100 });
    for (const [name, bytes] of [
      ["small", 10],
      ["large", 60],
      ["new", 20],
    ] as const)
      await hold(pool, model(name, bytes));
    await hold(pool, model("next", 65));
    expect(names(pool)).toEqual(["small", "new", "next"]);
  });

  it("never takes what is to stay", async () => {
    const pool = open({ limitBytes: 100 });
    await hold(pool, model("kept", 60, { pinned: true }));
    const error = await refusal(pool.hold(model("b", 60), follower()));
    expect(error).toMatchObject({ code: "out-of-memory", message: expect.stringContaining("kept:only takes 0.00 MB and is to stay") });
  });

  it("waits with a request until the model in the way has answered, ahead of that model's later requests", async () => {
    const pool = open({ limitBytes: 100 });
    const [a, b] = [await hold(pool, model("a", 60)), await hold(pool, model("b", 60))];
    const order: string[] = [];
    const asks = (name: string, one: Hold) => answer(one).then(() => order.push(name));
    await done(answer(a));
    const first = asks("a1", a);
    await settled();
    const second = asks("b1", b);
    await settled();
    await done(Promise.all([first, second, asks("a2", a)]));
    expect(order).toEqual(["a1", "b1", "a2"]);
    expect(memory.violations).toEqual([]);
  });

  it("opens a model again when the request that it was to make room for is gone", async () => {
    const pool = open({ limitBytes: 100 });
    const [b, a] = [await hold(pool, model("b", 60)), await hold(pool, model("a", 60, { parallel: 2 }))];
    const long = answer(a, { maxTokens: 50 });
    await settled();
    const abort = new AbortController();
    const waiting = refusal(answer(b, { signal: abort.signal }));
    await settled();
    let second = "";
    const next = answer(a).then((text) => {
      second = text;
    });
    await clock.advance(100);
    expect(second).toBe("");
    abort.abort(new Error("left"));
    await waiting;
    await clock.advance(100);
    expect(second).toBe("a a a a a ");
    await done(Promise.all([long, next]));
  });

  it("unloads after the idle time-out, held or not, and not before", async () => {
    const pool = open({ idleTimeoutMs: 1000 });
    const one = await hold(pool, model("a", 10));
    await clock.advance(900);
    await done(answer(one));
    await clock.advance(900);
    expect(names(pool)).toEqual(["a"]);
    await clock.advance(200);
    expect(names(pool)).toEqual([]);
    await done(answer(one));
    await one.release();
    expect(names(pool)).toEqual(["a"]);
    await clock.advance(1100);
    expect([names(pool), memory.usedBytes, clock.timers]).toEqual([[], 0, 0]);
  });

  it("unloads on demand, whoever holds it; the next request loads it again", async () => {
    const pool = open();
    const one = await hold(pool, model("a", 10));
    memory.allowForced = true;
    const cut = refusal(answer(one));
    await settled();
    await done(pool.unload("a", "other"));
    expect(names(pool)).toEqual(["a"]);
    await done(pool.unload("a"));
    expect(await cut).toMatchObject({ code: "disposed" });
    expect(names(pool)).toEqual([]);
    await done(answer(one));
    const loading = refusal(pool.hold(model("b", 10), follower()));
    await clock.advance(15);
    await done(pool.unload("b"));
    expect(await loading).toMatchObject({ code: "disposed" });
  });
});

describe("pressure", () => {
  it("drops caches first and unloads what nobody holds; critical pressure unloads all that is idle", async () => {
    const device = scriptedDevice();
    const pool = open({ device, idleTimeoutMs: 100_000 });
    const [answering, idle, left] = [await hold(pool, model("answering", 10)), await hold(pool, model("idle", 10)), await hold(pool, model("left", 10))];
    await left.release();
    const text = answer(answering, { maxTokens: 20 });
    await settled();
    device.press("warning");
    await clock.advance(50);
    expect([...memory.trims].sort()).toEqual(["answering", "idle", "left"]);
    expect(names(pool)).toEqual(["answering", "idle"]);
    device.press("critical");
    await clock.advance(50);
    expect(names(pool)).toEqual(["answering"]);
    expect(await done(text)).toHaveLength(40);
    await done(answer(idle));
    expect(memory.violations).toEqual([]);
  });

  it("unloads idle models when others take the memory that was to stay free", async () => {
    const device = scriptedDevice();
    const pool = open({ device, marginBytes: 20 });
    device.become({ availableMemoryBytes: 100 });
    await hold(pool, model("old", 30));
    await hold(pool, model("new", 30));
    device.become({ availableMemoryBytes: 40 });
    await clock.advance(50);
    expect(names(pool)).toEqual(["old", "new"]);
    device.become({ availableMemoryBytes: 0 });
    await clock.advance(50);
    expect(names(pool)).toEqual(["new"]);
  });
});
