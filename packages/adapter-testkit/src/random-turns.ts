import type { LoadedModel } from "@tenfold/core";

export interface RandomTurns {
  model: LoadedModel;
  turns: number;
  /** Whole numbers from 0 and below a bound. */
  random: (below: number) => number;
  /** Called after each turn, with its number. */
  after: (turn: number) => void;
}

export type TurnEnding = "finished" | "aborted" | "left";

const questions = [
  "What is 3 + 4?",
  "What is the capital of France?",
  "My name is Anna.",
  "What is my name?",
  "Count to fifty.",
  "Tell me a long story about a fox.",
];

interface Talk {
  cacheKey: string;
  messages: { role: "user" | "assistant"; content: string }[];
}

/** Chat turns of random length, some read to their end, some aborted, some left; at times two people talk at once. @returns how they ended. */
export async function takeRandomTurns({ model, turns, random, after }: RandomTurns): Promise<Set<TurnEnding>> {
  const talks = ["anna", "ben", "carla"].map((cacheKey): Talk => ({ cacheKey, messages: [] }));
  const endings = new Set<TurnEnding>();
  for (let turn = 0; turn < turns; turn += 1) {
    const [first, second] = random(2) === 0 ? talks : talks.toReversed();
    // Every fourth turn.
    const talking = [first, ...(random(4) === 0 ? [second] : [])];
    await Promise.all(talking.map(async (talk) => talk && endings.add(await say(model, talk, random))));
    after(turn);
  }
  return endings;
}

async function say(model: LoadedModel, talk: Talk, random: (below: number) => number): Promise<TurnEnding> {
  if (talk.messages.length > 6) talk.messages.length = 0;
  talk.messages.push({ role: "user", content: questions[random(questions.length)] ?? "" });
  const controller = new AbortController();
  const reason = new Error("enough");
  const plan = (["read", "read", "abort", "leave"] as const)[random(4)];
  const events = 1 + random(24);
  let text = "";
  const listen = async (): Promise<TurnEnding> => {
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
  const ending = await listen().catch((error: unknown): TurnEnding => {
    if (error !== reason) throw error;
    return "aborted";
  });
  talk.messages.push({ role: "assistant", content: text });
  return ending;
}
