import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Adapter, createTenfold, type GenerateRequest, type Log, type Model } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { inHost } from "@tenfold/host/node";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { unvalidated } from "../test/unvalidated.ts";
import { llamaCpp } from "./node.ts";

const path = fileURLToPath(new URL("../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));
const request: GenerateRequest = { messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } };

let home: string;
let hosts: number[];
const log: Log = (_level, message, details) => {
  if (message === "A host process started.") hosts.push(Number(details?.host));
};
beforeEach(async () => {
  hosts = [];
  home = await mkdtemp(join(tmpdir(), "tenfold-restart-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const open = (adapter: Adapter) => createTenfold({ adapters: [adapter], platform: nodePlatform({ home }), log });

async function killWhileAnswering(model: Model): Promise<unknown> {
  try {
    for await (const event of model.generate({ ...request, maxTokens: 200 })) if (event.type === "text") process.kill(Number(hosts.at(-1)), "SIGKILL");
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return "answered";
}

test("after its host was killed in the middle of an answer, a model's next answer comes from another host, by itself", async () => {
  const model = await open(llamaCpp({ gpu: false, hostEntry: inject("hostEntry") })).load({ path }, { threads: 1 });
  const before = await model.generateText(request);
  for (let round = 1; round <= 2; round += 1) {
    expect(await killWhileAnswering(model)).toBe("crashed");
    // Several at once bring one host back.
    const answers = await Promise.all([model.generateText(request), model.generateText(request)]);
    expect(answers.map(({ text }) => text)).toEqual([before.text, before.text]);
    expect(new Set(hosts).size).toBe(1 + round);
  }
  await model.dispose();
  expect(await readdir(join(home, "loads"))).toEqual([]);
});

test("a file that crashes every host is not loaded again and again", async () => {
  const tenfold = open(inHost(unvalidated(), { module: "", name: "unvalidated", arguments: [], entry: inject("hostEntry") }));
  const codes: unknown[] = [];
  for (let round = 0; round < 3; round += 1) codes.push(await tenfold.load({ path }).catch(({ code }) => code));
  expect(codes).toEqual(["crashed", "crashed", "crashed-before"]);
  expect(hosts).toHaveLength(2);
});
