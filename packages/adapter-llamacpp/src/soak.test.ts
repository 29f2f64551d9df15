import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel, Log, Message } from "@tenfold/core";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createRandom, openDescriptors, residentBytes, soakRounds } from "@tenfold/tooling/soak";
import { expect, inject, test } from "vitest";
import { llamaCpp } from "./node.ts";

/** What the resident memory may grow by between the second quarter of the turns and the last. */
const growthLimit = 0.05;
const questions = [
  "What is 3 + 4?",
  "What is the capital of France?",
  "My name is Anna.",
  "What is my name?",
  "Count to fifty.",
  "Tell me a long story about a fox.",
];

const places = ["none", "host"] as const;

test.for(places)(
  "chat turns of random length, many of them broken off, leave memory and descriptors where they were (isolation: %s)",
  {
    timeout: 3_600_000,
  },
  async (isolation, context) => {
    needFullTests(context);
    const turns = soakRounds(300);
    const random = createRandom(20_260_201);
    let processId = process.pid;
    const log: Log = (_level, _message, details) => {
      if (typeof details?.host === "number") processId = details.host;
    };
    const model = await llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }).load(
      await tinyModel(),
      { ...nodeContext(), log },
      { threads: 1, parallel: 2, isolation },
    );
    const talks = ["anna", "ben", "carla"].map((cacheKey) => ({ cacheKey, messages: [] as Message[] }));
    const memory: number[] = [];
    const endings = new Set<string>();
    let before: string[] | undefined;

    for (let turn = 0; turn < turns; turn += 1) {
      const [first, second] = random(2) === 0 ? talks : talks.toReversed();
      // Every fourth turn two people talk at once.
      await Promise.all([first, ...(random(4) === 0 ? [second] : [])].map(async (talk) => talk && endings.add(await say(model, talk, random))));
      if (turn % 5 === 4) memory.push(residentBytes(processId));
      if (turn === Math.floor(turns / 4)) before = openDescriptors(processId);
    }
    expect([...endings].sort()).toEqual(["aborted", "finished", "left"]);
    expect(openDescriptors(processId)).toEqual(before);
    const quarter = Math.floor(memory.length / 4);
    const [early, late] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
    const mebibytes = memory.map((bytes) => Math.round(bytes / 2 ** 20)).join(", ");
    expect(late / early - 1, `growth; MiB after ${mebibytes}`).toBeLessThan(growthLimit);
    await model.dispose();
  },
);

/** One turn, read to its end, aborted or left; answers which. */
async function say(model: LoadedModel, talk: { cacheKey: string; messages: Message[] }, random: (below: number) => number): Promise<string> {
  if (talk.messages.length > 6) talk.messages.length = 0;
  talk.messages.push({ role: "user", content: questions[random(questions.length)] ?? "" });
  const controller = new AbortController();
  const reason = new Error("enough");
  const plan = (["read", "read", "abort", "leave"] as const)[random(4)];
  const events = 1 + random(24);
  let text = "";
  const listen = async () => {
    let heard = 0;
    const request = { messages: [...talk.messages], cacheKey: talk.cacheKey, maxTokens: 1 + random(64), seed: random(1000), signal: controller.signal };
    for await (const event of model.generate(request)) {
      if (event.type === "text") text += event.text;
      heard += 1;
      if (heard < events || event.type === "finish") continue;
      if (plan === "leave") return "left";
      if (plan === "abort") controller.abort(reason);
    }
    return "finished";
  };
  const ending = await listen().catch((error: unknown) => {
    if (error !== reason) throw error;
    return "aborted";
  });
  talk.messages.push({ role: "assistant", content: text });
  return ending;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
