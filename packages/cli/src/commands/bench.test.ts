import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measurementSchema, parse } from "@tenfold/catalog";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../../core/test/published-catalog.ts";
import { runTenfold } from "../../test/run-tenfold.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

let hub: PublishedCatalog;
let home: string;
beforeAll(async () => {
  const bytes = new Uint8Array(readFileSync(tinyPath));
  hub = await publishCatalog([{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tenfold-tiny-q8_0.gguf", bytes }] }] }]);
});
afterAll(() => hub.server.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const tenfold = (words: string) => runTenfold(words.split(" "), { home, hub: hub.server.origin });
const quick = "--tokens 4 --repetitions 2 --threads 1";

it("measures a model through the real framework, in a table with bars, and says what it left out", async () => {
  await tenfold("pull tenfold-tiny");
  const { stdout, exitCode } = await tenfold(`bench tenfold-tiny ${quick} --prompt short --prompt long --context-size 256`);
  expect(stdout).toMatch(/^MODEL +FRAMEWORK +ON +PROMPT +THREADS +FIRST TOKEN MS +PREFILL TOK\/S +DECODE TOK\/S$/m);
  expect(stdout).toMatch(/^tenfold-tiny:gguf-q8_0 +llama\.cpp +cpu +short +1 +\d+ ±\d+ % +\d+\.\d ±\d+ % +\d+\.\d ±\d+ % +█+$/m);
  expect(stdout).toMatch(/^left out: tenfold-tiny:gguf-q8_0, llama\.cpp: long prompt: it needs a context of about \d+ tokens, and there are 256$/m);
  expect(exitCode).toBe(0);
});

it("gives programs measurements in the catalog's schema", async () => {
  await tenfold("pull tenfold-tiny");
  const { stdout } = await tenfold(`--json bench ${quick} --prompt short`);
  const { measurements } = JSON.parse(stdout);
  expect(measurements).toHaveLength(1);
  expect(parse(measurementSchema, measurements[0], "measurement")).toMatchObject({
    model: "tenfold-tiny",
    framework: "llama.cpp",
    threads: 1,
    prompt: "short",
  });
});

it("says what is wrong with a prompt or a model that there is not", async () => {
  expect(await tenfold("bench --threads 1,0")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("whole numbers above 0") });
  expect(await tenfold("bench --prompt huge")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--prompt") });
  expect((await tenfold("bench tenfold-tiny")).stderr).toContain("tenfold-tiny is not installed here");
  expect((await tenfold("bench")).stdout).toBe("Nothing was measured: no installed model runs here.\n");
});
