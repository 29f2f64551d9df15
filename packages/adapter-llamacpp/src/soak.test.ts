import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel, Message } from "@tenfold/core";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createRandom, openDescriptors, residentBytes, soakRounds } from "@tenfold/tooling/soak";
import { expect, inject, test } from "vitest";
import { llamaCpp } from "./node.ts";

const mebibyte = 1024 * 1024;
/** What the resident memory may differ by between the second quarter of the turns and the last. */
const growthLimitBytes = 8 * mebibyte;
const questions = [
  "What is 3 + 4?",
  "What is the capital of France?",
  "My name is Anna.",
  "What is my name?",
  "Count to fifty.",
  "Tell me a long story about a fox.",
];

test("chat turns of random length, many of them broken off, leave memory and descriptors where they were", { timeout: 3_600_000 }, async (context) => {
  needFullTests(context);
  const turns = soakRounds(600);
  const random = createRandom(20_260_201);
  const model = await llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }).load(await tinyModel(), nodeContext(), { threads: 1, parallel: 2 });
  const talks = ["anna", "ben", "carla"].map((cacheKey) => ({ cacheKey, messages: [] as Message[] }));
  const memory: number[] = [];
  const endings = new Set<string>();
  let before: string[] | undefined;

  for (let turn = 0; turn < turns; turn += 1) {
    const [first, second] = random(2) === 0 ? talks : talks.toReversed();
    // Every fourth turn two people talk at once.
    await Promise.all([first, ...(random(4) === 0 ? [second] : [])].map(async (talk) => talk && endings.add(await say(model, talk, random))));
    if (turn % 10 === 9) memory.push(residentBytes());
    if (turn === Math.floor(turns / 4)) before = openDescriptors();
  }
  expect([...endings].sort()).toEqual(["aborted", "finished", "left"]);
  expect(openDescriptors()).toEqual(before);
  const quarter = Math.floor(memory.length / 4);
  const grownBytes = median(memory.slice(-quarter)) - median(memory.slice(quarter, 2 * quarter));
  expect(grownBytes / mebibyte, `MiB after ${memory.map((bytes) => Math.round(bytes / mebibyte)).join(", ")}`).toBeLessThan(growthLimitBytes / mebibyte);
  await model.dispose();
});

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
