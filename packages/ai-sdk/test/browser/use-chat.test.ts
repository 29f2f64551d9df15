import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import type { LoadedModel } from "@tenfold/core";
import { needsChromium, type OpenPage, openPage } from "@tenfold/tooling/browser";
import { needFullTests } from "@tenfold/tooling/requirement";
import { convertToModelMessages, streamText } from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publishCatalog } from "../../../core/test/published-catalog.ts";
import { createTenfoldProvider } from "../../src/index.ts";
import { tinyModels } from "../tiny-models.ts";

const anyOrigin = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-expose-headers": "Content-Range, Content-Length, ETag",
  "cross-origin-resource-policy": "cross-origin",
};
const wasm = (threads: string) => createRequire(import.meta.url).resolve(`@wllama/wllama/esm/${threads}/wllama.wasm`);
const files = Object.fromEntries(["single-thread", "multi-thread"].map((threads) => [`/@wllama/wllama/esm/${threads}/wllama.wasm`, wasm(threads)]));
const scripts = [new URL("./page.ts", import.meta.url)];

const closing: (() => Promise<unknown>)[] = [];
beforeEach((context) => {
  needFullTests(context);
  needsChromium(context);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(query: Record<string, string>): Promise<OpenPage["page"]> {
  const opened = await openPage(`/?${new URLSearchParams(query)}`, { scripts, files });
  if (!opened) throw new Error("There is no browser.");
  closing.push(() => opened.close());
  return opened.page;
}
async function ask(page: OpenPage["page"], question: string): Promise<void> {
  await page.getByLabel("Message").fill(question);
  await page.getByRole("button", { name: "Send" }).click();
}
const ready = '[data-status="ready"]';

describe("useChat", { timeout: 180_000 }, () => {
  test("shows how far the model is, calls a tool and answers, all in the page", async () => {
    const bytes = (await (await tinyModel()).files[0]?.read()) ?? new Uint8Array();
    const { server } = await publishCatalog([{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tiny.gguf", bytes }] }] }], {
      headers: anyOrigin,
    });
    closing.push(() => server.close());
    const page = await open({ hub: server.origin });
    await ask(page, "What is the weather in Paris?");
    await page.getByText("It is sunny and 18 degrees in Paris.").waitFor({ timeout: 120_000 });
    await page.locator(ready).waitFor();
    expect(await page.locator("code").textContent()).toBe('output-available: {"city":"Paris"}');
    const stages = (await page.locator("main").getAttribute("data-stages"))?.split(" ") ?? [];
    expect(stages.slice(0, 1).concat(stages.slice(-1))).toEqual(["discovery", "ready"]);
    expect(stages).toContain("download");
    await ask(page, "Count to fifty.");
    await page.getByText(/^1, 2/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator(ready).waitFor();
    await ask(page, "What is 5 + 6?");
    await page.getByText("5 + 6 = 11.").waitFor({ timeout: 60_000 });
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("shows what a server answers, thoughts apart from text", async () => {
    const loaded: LoadedModel = await tinyModels[0].load();
    closing.push(() => loaded.dispose());
    const server = await serveChat(loaded);
    const page = await open({ api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    await ask(page, "What is 3 + 4? Think first.");
    await page.locator("p").getByText("3 + 4 = 7.", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.locator("em").textContent()).toBe("I add 3 and 4. 3 + 4 = 7.");
  });
});

/** What an application's route would do. */
async function serveChat(loaded: LoadedModel): Promise<Server> {
  const tenfold = createTenfoldProvider({ models: { tiny: loaded } });
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(anyOrigin)) response.setHeader(name, value);
    if (request.method === "OPTIONS") return response.end();
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const messages = await convertToModelMessages(JSON.parse(body).messages);
    return streamText({ model: tenfold("tiny"), temperature: 0, messages }).pipeUIMessageStreamToResponse(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return server;
}
