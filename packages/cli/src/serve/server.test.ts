import { request as httpRequest } from "node:http";
import { needFullTests } from "@tenfold/tooling/requirement";
import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";
import { type OpenModelServer, openModelServer } from "../../test/open-model-server.ts";

/** The machine may be busy. */
const patient = { timeout: 30_000 };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function open(settings: Parameters<typeof openModelServer>[0] = {}): Promise<OpenModelServer & { openai: OpenAI }> {
  const served = await openModelServer(settings);
  closing.push(() => served.close());
  return { ...served, openai: new OpenAI({ baseURL: `${served.url}/v1`, apiKey: "key-1", maxRetries: 0 }) };
}
const ask = (openai: OpenAI, content = "What is 17 + 15?", signal?: AbortSignal) =>
  openai.chat.completions.create({ model: "tiny", temperature: 0, messages: [{ role: "user", content }] }, signal ? { signal } : {});
const count = (openai: OpenAI) =>
  openai.chat.completions.create({ model: "tiny", temperature: 0, stream: true, messages: [{ role: "user", content: "Count to fifty." }] });

test("a key is needed where the server has any, and a wrong one says so", async () => {
  const { url, openai } = await open({ apiKeys: ["key-1", "key-2"] });
  expect((await openai.models.list()).data).toHaveLength(2);
  const wrong = new OpenAI({ baseURL: `${url}/v1`, apiKey: "key-3", maxRetries: 0 });
  await expect(wrong.models.list()).rejects.toMatchObject({ status: 401, message: expect.stringContaining("Bearer") });
  expect([(await fetch(`${url}/metrics`)).status, (await fetch(`${url}/health`)).status]).toEqual([401, 200]);
});

test("pages of other origins may ask only where that was said", async () => {
  const { url } = await open({ origins: ["https://app.example"] });
  const from = (origin: string, method = "GET") => fetch(`${url}/v1/models`, { method, headers: { origin } });
  const allowed = await from("https://app.example");
  expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.example"]);
  expect((await from("https://app.example", "OPTIONS")).headers.get("access-control-allow-methods")).toContain("POST");
  const refused = await from("https://elsewhere.example");
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
});

test("a page that was led here by a false name is refused", async () => {
  const { url } = await open({ hosts: ["127.0.0.1", "localhost"] });
  const status = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${url}/v1/models`, { headers: { host } }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
  expect([await status("localhost:1"), await status("rebound.example")]).toEqual([200, 403]);
});

test("paths and methods that there are not", async () => {
  const { url } = await open();
  const of = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status;
  expect([await of("/v1/nothing"), await of("/v1/chat/completions"), await of("/v1/chat/completions", { method: "POST", body: "{" })]).toEqual([404, 405, 400]);
});

/** Takes the model's only turn, until it is given back. */
async function takeTurn({ tenfold }: OpenModelServer): Promise<() => Promise<void>> {
  const held = await tenfold.load("tiny", { threads: 1, isolation: "none" });
  const turn = held.generate({ messages: [{ role: "user", content: "Count to fifty." }] })[Symbol.asyncIterator]();
  await turn.next();
  return async () => {
    await turn.return?.();
    await held.dispose();
  };
}

test("more requests than may wait get a 429, and those that wait are answered in turn", async () => {
  const served = await open({ maxWaiting: 0 });
  const giveBack = await takeTurn(served);
  const waits = ask(served.openai);
  await expect.poll(() => served.models.requests.running, patient).toBe(1);
  await expect(ask(served.openai)).rejects.toMatchObject({ status: 429, code: "busy" });
  await giveBack();
  expect((await waits).choices[0]?.message.content).toBe("17 + 15 = 32.");
});

test("a request that waits too long gets a 503", async () => {
  const served = await open({ queueTimeoutMs: 50 });
  const giveBack = await takeTurn(served);
  await expect(ask(served.openai)).rejects.toMatchObject({ status: 503, message: expect.stringContaining("waited longer") });
  await giveBack();
});

test("a client that leaves frees the model at once", async () => {
  const { openai, models } = await open();
  const stream = await count(openai);
  for await (const _ of stream) break;
  await expect.poll(() => models.requests.running, patient).toBe(0);
  expect((await ask(openai)).choices[0]?.message.content).toBe("17 + 15 = 32.");
});

test("metrics tell of requests and of models in memory", async () => {
  const { url, openai } = await open();
  await ask(openai);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('tenfold_requests_total{route="/v1/chat/completions",status="200"} 1');
  expect(text).toMatch(/tenfold_model_bytes\{model="tiny:[^"]+",framework="llama\.cpp"\} \d+/);
});

test("a server that stops ends what it answers, takes nothing new, and cuts off what takes too long", async () => {
  const served = await open();
  const stream = await count(served.openai);
  const stopping = served.server.stop(60_000);
  let text = "";
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  expect(text).toMatch(/50\.$/);
  await stopping;
  await expect(ask(served.openai)).rejects.toThrow();
  const impatient = await open();
  const giveBack = await takeTurn(impatient);
  const waits = ask(impatient.openai);
  await expect.poll(() => impatient.models.requests.running, patient).toBe(1);
  await Promise.all([impatient.server.stop(0), expect(waits).rejects.toThrow()]);
  await giveBack();
});

test("sixty-four clients at once, half of whom leave: the others are all answered, and nothing stays behind", { timeout: 300_000 }, async (context) => {
  needFullTests(context);
  const { openai, models } = await open({ load: { parallel: 4 } });
  await ask(openai);
  const clients = Array.from({ length: 64 }, async (_, index) => {
    if (index % 2 === 0) return (await ask(openai, `What is ${index % 10} + 4?`)).choices[0]?.message.content;
    for await (const _ of await count(openai)) break;
    return undefined;
  });
  const answers = await Promise.all(clients);
  expect(answers.filter((_, index) => index % 2 === 0)).toEqual(
    Array.from({ length: 32 }, (_, index) => `${(index * 2) % 10} + 4 = ${((index * 2) % 10) + 4}.`),
  );
  await expect.poll(() => models.requests.running, patient).toBe(0);
});
