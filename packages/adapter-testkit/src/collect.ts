import type { GenerateEvent, LogProbability } from "@tenfold/core";
import { assert } from "./assertions.ts";

/** One answer, put together again. */
export interface Answer {
  events: readonly GenerateEvent[];
  text: string;
  reasoning: string;
  calls: readonly { id: string; name: string; arguments: unknown; argumentsText: string }[];
  logProbabilities: readonly LogProbability[];
  start: Extract<GenerateEvent, { type: "start" }>;
  finish: Extract<GenerateEvent, { type: "finish" }>;
}

/** Reads an answer to its end and checks its form: `start` first, one `finish`, last. */
export async function collect(stream: AsyncIterable<GenerateEvent>): Promise<Answer> {
  const events: GenerateEvent[] = [];
  for await (const event of stream) events.push(event);
  const first = events[0];
  const last = events.at(-1);
  assert(first?.type === "start", `the first event is ${first?.type ?? "missing"}, expected start`);
  assert(last?.type === "finish", `the last event is ${last?.type ?? "missing"}, expected finish`);
  const count = (type: GenerateEvent["type"]) => events.filter((event) => event.type === type).length;
  assert(count("finish") === 1, `there are ${count("finish")} finish events, expected one`);
  assert(count("start") === 1, `there are ${count("start")} start events, expected one`);
  const joined = (type: "text" | "reasoning") => events.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    events,
    text: joined("text"),
    reasoning: joined("reasoning"),
    calls: events.flatMap((event) =>
      event.type === "tool-call" ? [{ id: event.id, name: event.name, arguments: event.arguments, argumentsText: deltas(events, event.id) }] : [],
    ),
    logProbabilities: events.flatMap((event) => (event.type === "text" ? (event.logProbabilities ?? []) : [])),
    start: first,
    finish: last,
  };
}

function deltas(events: readonly GenerateEvent[], id: string): string {
  return events.map((event) => (event.type === "tool-call-delta" && event.id === id ? event.argumentsText : "")).join("");
}
