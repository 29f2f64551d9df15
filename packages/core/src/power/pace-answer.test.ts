import { beforeEach, describe, expect, it } from "vitest";
import { type SimulatedClock, scriptedDevice, simulatedClock } from "../../test/simulated-device.ts";
import { simulatedMemory } from "../../test/simulated-memory.ts";
import type { GenerateEvent, LoadedModel } from "../contract/index.ts";
import { waitForPower } from "./background-downloads.ts";
import { paceAnswer } from "./pace-answer.ts";
import { createPowerGovernor } from "./power-governor.ts";

let clock: SimulatedClock;
let model: LoadedModel;
beforeEach(async () => {
  clock = simulatedClock();
  const loading = simulatedMemory(clock)
    .candidate({ name: "a", steadyBytes: 1, peakBytes: 1 })
    .load({ follow: { state: () => {}, progress: () => {}, failed: () => {} }, signal: new AbortController().signal, memoryLimitBytes: undefined });
  await clock.advance(100);
  model = await loading;
});

/** Reads an answer of so many tokens, one every 10 ms at full pace, with the time of each event. */
function read(device: ReturnType<typeof scriptedDevice>, maxTokens: number, signal?: AbortSignal) {
  const governor = createPowerGovernor({ clock, device });
  const seen: { event: GenerateEvent; atMs: number }[] = [];
  const begin = clock.now();
  let outcome: unknown = "running";
  const reading = (async () => {
    const events = model.generate({ prompt: "", maxTokens, ...(signal ? { signal } : {}) });
    for await (const event of paceAnswer(events, { governor, clock, signal })) seen.push({ event, atMs: clock.now() - begin });
  })();
  reading.then(
    () => {
      outcome = "done";
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  return {
    seen,
    outcome: () => outcome,
    types: () => seen.map(({ event }) => event.type),
    text: () => seen.filter(({ event }) => event.type === "text").length,
  };
}

describe("an answer", () => {
  it("is passed on as it is while the device is well", async () => {
    const { types, seen } = read(scriptedDevice(), 3);
    await clock.advance(1000);
    expect(types()).toEqual(["start", "text", "text", "text", "finish"]);
    expect(seen.at(-1)?.atMs).toBe(30);
  });

  it("slows down when the device is hot, says so once after its start, and finishes last", async () => {
    const { types, seen } = read(scriptedDevice({ thermal: "serious" }), 11);
    await clock.advance(5000);
    expect(types().slice(0, 3)).toEqual(["start", "limit", "text"]);
    expect(seen[1]?.event).toEqual({ type: "limit", tokensPerSecond: 10, reason: "the device is hot" });
    expect(types().filter((type) => type === "limit")).toHaveLength(1);
    expect(types().at(-1)).toBe("finish");
    // Ten intervals of 100 ms lie between eleven tokens.
    expect(seen.at(-1)?.atMs).toBeGreaterThanOrEqual(1000);
    expect(seen.at(-1)?.atMs).toBeLessThan(1100);
  });

  it.each([true, false])("pauses between two tokens when the device is too hot and goes on when it has cooled (device tells by itself: %s)", async (tells) => {
    const device = scriptedDevice({}, { tells });
    const { types, text, outcome } = read(device, 2000);
    await clock.advance(6000);
    const before = text();
    expect(before).toBeGreaterThan(100);
    device.become({ thermal: "critical" });
    await clock.advance(5000);
    const atPause = text();
    expect(types().at(-1)).toBe("limit");
    await clock.advance(60_000);
    expect([text(), outcome()]).toEqual([atPause, "running"]);
    device.become({ thermal: "nominal" });
    await clock.advance(30_000);
    expect(outcome()).toBe("done");
    expect(text()).toBe(2000);
    expect(types().filter((type) => type === "limit")).toHaveLength(2);
  });

  it("ends at once when it is aborted during a pause", async () => {
    const abort = new AbortController();
    const { outcome } = read(scriptedDevice({ thermal: "critical" }), 5, abort.signal);
    await clock.advance(1000);
    const reason = new Error("enough");
    abort.abort(reason);
    await clock.advance(0);
    expect(outcome()).toBe(reason);
  });
});

describe("a governor", () => {
  it("gives a share of the cores to loads while power is short, and no word otherwise", async () => {
    const threads = (state: Parameters<typeof scriptedDevice>[0]) => createPowerGovernor({ clock, device: scriptedDevice(state) }).threads();
    expect(await threads({})).toBeUndefined();
    expect(await threads({ lowPower: true })).toBe(4);
    expect(await threads({ thermal: "serious" })).toBe(2);
    expect(await createPowerGovernor({ clock, mode: "saver" }).threads()).toBeUndefined();
  });

  it("changes its plan with the mode, and tells observers until they leave", () => {
    const governor = createPowerGovernor({ clock });
    const paces: string[] = [];
    const leave = governor.observe(({ pace }) => paces.push(pace));
    governor.mode = "saver";
    governor.mode = "saver";
    governor.mode = "performance";
    leave();
    governor.mode = "saver";
    expect(paces).toEqual(["eased", "full"]);
    expect(governor.mode).toBe("saver");
  });

  it("goes on with what it knew when the device cannot be read", async () => {
    const said: string[] = [];
    const device = { describe: scriptedDevice().describe, state: () => Promise.reject(new Error("no sensors")) };
    const governor = createPowerGovernor({ clock, device, log: (_level, message) => void said.push(message) });
    expect((await governor.refresh()).pace).toBe("full");
    expect(said).toEqual(["The device does not say how it is: Error: no sensors"]);
  });
});

describe("background work", () => {
  it("waits until power is there, and can be called off", async () => {
    const device = scriptedDevice({ batteryLevel: 0.1, charging: false });
    const governor = createPowerGovernor({ clock, device });
    const abort = new AbortController();
    let began = false;
    const waiting = waitForPower(governor).then(() => {
      began = true;
    });
    const calledOff = waitForPower(governor, abort.signal);
    calledOff.catch(() => {});
    await clock.advance(60_000);
    expect(began).toBe(false);
    const reason = new Error("no longer");
    abort.abort(reason);
    await expect(calledOff).rejects.toBe(reason);
    device.become({ batteryLevel: 0.1, charging: true });
    await waiting;
  });
});
