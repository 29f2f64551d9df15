import type { GenerateEvent } from "../contract/events.ts";
import type { Clock } from "../platform/platform.ts";
import type { PowerGovernor } from "./power-governor.ts";

export interface PaceOptions {
  governor: PowerGovernor;
  clock: Pick<Clock, "now" | "sleep">;
  signal?: AbortSignal | undefined;
}

/** What a token gives rise to. An event is taken for one token: rarely it is two. */
const isToken = ({ type }: GenerateEvent) => type === "text" || type === "reasoning" || type === "tool-call-delta";

/**
 * An answer no faster than the device's heat and battery allow, with a `limit` event for each change after its start. Who reads slowly
 * makes the model compute slowly, so that no more than the channel's window is computed ahead.
 */
export async function* paceAnswer(events: AsyncIterable<GenerateEvent>, { governor, clock, signal }: PaceOptions): AsyncGenerator<GenerateEvent> {
  let shown: number | undefined;
  let dueAtMs = 0;
  let started = false;

  /** Says what changed, and waits: for the next token's time, or for a device that has cooled. */
  async function* hold(): AsyncGenerator<GenerateEvent> {
    for (;;) {
      const { tokensPerSecond, reason } = await governor.refresh();
      if (tokensPerSecond !== shown) {
        shown = tokensPerSecond;
        dueAtMs = clock.now();
        yield tokensPerSecond === undefined ? { type: "limit", reason: "the device has recovered" } : { type: "limit", tokensPerSecond, reason };
      }
      if (tokensPerSecond !== 0) return;
      await governor.change(signal);
    }
  }

  for await (const event of events) {
    if (started && event.type !== "finish") yield* hold();
    if (event.type === "start") started = true;
    if (isToken(event) && shown) {
      const waitMs = dueAtMs - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      dueAtMs = Math.max(dueAtMs, clock.now()) + 1000 / shown;
    }
    yield event;
  }
}
