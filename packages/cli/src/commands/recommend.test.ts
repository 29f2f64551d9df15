import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../../core/test/published-catalog.ts";
import { runTenfold } from "../../test/run-tenfold.ts";

const read = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${name}.gguf`, import.meta.url))));

let hub: PublishedCatalog;
let home: string;
beforeAll(async () => {
  const variants = ["f16", "q8_0", "q4_0"].map((id) => ({ id: `gguf-${id}`, files: [{ path: `tiny-${id}.gguf`, bytes: read(id) }] }));
  hub = await publishCatalog([{ id: "tenfold-tiny", variants }]);
});
afterAll(() => hub.server.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const tenfold = (words: string) => runTenfold(words.split(" "), { home, hub: hub.server.origin });

it("ranks a model's variants on this very device, and says why", async () => {
  await tenfold("pull tenfold-tiny:gguf-q4_0");
  const { stdout, exitCode } = await tenfold("recommend tenfold-tiny --why --memory-limit 2");
  expect(stdout).toMatch(/^MODEL +HERE +FRAMEWORK +FITS +TAKES +TOKENS\/S +THREADS$/m);
  expect(stdout).toMatch(/^tenfold-tiny:gguf-q8_0 +llama\.cpp +unknown +1\.\d MB +\d+\.\d predicted +\d+$/m);
  expect(stdout).toMatch(/^ {2}It takes \d+ MB, and 2 MB may be taken \(the limit that was set\)\.$/m);
  expect(stdout).toMatch(/^no: tenfold-tiny:gguf-q4_0, llama\.cpp: It takes \d+ MB, and 2 MB may be taken/m);
  expect(exitCode).toBe(0);
});

it("goes by what bench measured", async () => {
  await tenfold("pull tenfold-tiny:gguf-q4_0");
  await tenfold("bench --prompt short --tokens 4 --repetitions 1 --threads 1");
  const { stdout } = await tenfold("--json recommend tenfold-tiny --prefer speed");
  const { choices } = JSON.parse(stdout);
  const here = choices.find(({ installed }: { installed: boolean }) => installed);
  expect(here).toMatchObject({ variant: { id: "gguf-q4_0" }, verdict: { verdict: "runs" }, performance: { basis: "measured" } });
});

it("ranks for a device of the table as packages/core does by itself, and says what it does not know", async () => {
  const { stdout } = await tenfold("recommend --device iphone-15-pro --context 512 --why");
  expect(stdout).toMatch(/^tenfold-tiny:gguf-f16 +llama\.cpp +unknown /m);
  expect(stdout).toMatch(/3\.00 GB may be taken \(what the system allows one application\)/);
  const { choices } = JSON.parse((await tenfold("--json recommend tenfold-tiny --device iPhone16,1 --increased-memory")).stdout);
  expect(choices.map(({ verdict }: { verdict: { budgetBytes: number } }) => verdict.budgetBytes)).toEqual([5e9, 5e9, 5e9]);
  expect(await tenfold("recommend --device iphone-3")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("No device is known as iphone-3") });
});

it("among all that the hub offers takes what can do what is asked", async () => {
  expect((await tenfold("recommend --capability chat")).stdout).toContain("tenfold-tiny:gguf-f16");
  expect((await tenfold("recommend --capability vision")).stdout).toBe("Nothing suits this device.\n");
  expect(await tenfold("recommend --capability flying")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--capability") });
  expect(await tenfold("recommend --prefer beauty")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("quality") });
});
