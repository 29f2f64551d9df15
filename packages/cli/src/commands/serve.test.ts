import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-serve-command-"));
  const path = (await tinyModel()).files[0]?.location?.() ?? "";
  expect((await runTenfold(["import", path, "--id", "tiny"], { home })).exitCode).toBe(0);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const words = ["serve", "--port", "0", "--threads", "1"];

test("serve answers an OpenAI client until it is interrupted, and says where", { timeout: 180_000 }, async () => {
  let interrupt = () => {};
  let found: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    found = resolve;
  });
  const running = runTenfold(words, {
    home,
    hub: "http://127.0.0.1:9",
    onStdout(text, stop) {
      interrupt = stop;
      found(/are at (\S+)\/v1/.exec(text)?.[1] ?? "");
    },
  });
  const openai = new OpenAI({ baseURL: `${await url}/v1`, apiKey: "none", maxRetries: 0 });
  const { choices } = await openai.chat.completions.create({ model: "tiny", messages: [{ role: "user", content: "What is 17 + 15?" }], temperature: 0 });
  expect(choices[0]?.message.content).toBe("17 + 15 = 32.");
  interrupt();
  const { exitCode, stdout, stderr } = await running;
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Ollama's at http://127.0.0.1:")]);
  expect(stderr).toContain("Stopping");
});

test("serve does not listen where others reach it without keys, nor on a port that is taken, nor with a model that is not there", async () => {
  const open = await runTenfold([...words, "--host", "0.0.0.0"], { home });
  expect([open.exitCode, open.stderr]).toEqual([2, expect.stringContaining("TENFOLD_API_KEYS")]);
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const taken = await runTenfold(["serve", "--port", String((other.address() as AddressInfo).port)], { home });
  other.close();
  expect([taken.exitCode, taken.stderr]).toEqual([2, expect.stringContaining("--port")]);
  const missing = await runTenfold([...words, "nothing"], { home });
  expect([missing.exitCode, missing.stderr]).toEqual([3, expect.stringContaining("tenfold pull nothing")]);
});
