import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../../core/test/published-catalog.ts";
import { type RunSettings, runTenfold } from "../../test/run-tenfold.ts";

const bytes = new Uint8Array(readFileSync(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url)));

let hub: PublishedCatalog;
let url: string;
let link: string;
let home: string;
beforeAll(async () => {
  hub = await publishCatalog([{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tenfold-tiny-q8_0.gguf", bytes }] }] }]);
  url = hub.server.origin;
  link = `tenfold://model/tenfold-tiny?hub=${encodeURIComponent(url)}`;
});
afterAll(() => hub.server.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const tenfold = (words: string, settings: Partial<RunSettings> = {}) => runTenfold(words.split(" "), { home, ...settings });

test("a link to a model of a hub that was added shows the model, asks, and installs it", async () => {
  await tenfold(`hub add ${url} --yes`);
  const no = await tenfold(`open ${link}`, { input: "n\n", terminal: true });
  expect(no).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("gguf-q8_0"), stderr: expect.stringContaining("Install tenfold-tiny?") });
  expect((await tenfold("list --installed --json")).stdout).not.toContain("tenfold-tiny");
  const yes = await tenfold(`open ${link}`, { input: "y\n", terminal: true });
  expect(yes).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Installed and verified.*Try it: tenfold run tenfold-tiny/s) });
});

test("pull, show and run take a link as they take a name", async () => {
  const known = { hub: url };
  expect(await tenfold(`pull ${link}`, known)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Installed and verified tenfold-tiny:gguf-q8_0") });
  expect(await tenfold(`show ${link}`, known)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Listed by") });
  const answer = await tenfold(`run ${link} Hello --temperature 0 --max-tokens 4 --threads 1`, known);
  expect(answer).toMatchObject({ exitCode: 0, stderr: "" });
  expect(answer.stdout.trim()).not.toBe("");
});

test("a hub that only the link knows is not asked, whatever the command", async () => {
  const before = hub.server.requests.length;
  for (const words of [`open ${link} --yes`, `pull ${link}`, `run ${link} Hello`, `show ${link}`]) {
    const { exitCode, stderr } = await tenfold(words);
    expect({ words, exitCode }).toEqual({ words, exitCode: 5 });
    expect(stderr).toContain(`tenfold hub add ${url}`);
  }
  expect(hub.server.requests.length).toBe(before);
});

test("a link to a hub adds it by its fingerprint, once somebody has compared it", async () => {
  const fingerprint = /[0-9a-f]{64}/.exec((await tenfold(`hub add ${url} --yes`)).stderr)?.[0] ?? "";
  await tenfold(`hub remove ${url}`);
  const hubLink = `tenfold://hub?url=${encodeURIComponent(url)}&fingerprint=${fingerprint}`;
  const no = await tenfold(`open ${hubLink}`, { input: "n\n", terminal: true });
  expect(no).toMatchObject({ exitCode: 0, stdout: "", stderr: expect.stringContaining(fingerprint) });
  expect((await tenfold("hub list")).stdout).toContain("No hub was added");
  expect(await tenfold(`open ${hubLink}`, { input: "y\n", terminal: true })).toMatchObject({ exitCode: 0, stdout: `Added ${url}.\n` });
  const forged = hubLink.replace(fingerprint, "0".repeat(64));
  expect(await tenfold(`open ${forged} --yes`)).toMatchObject({ exitCode: 5 });
  expect(await tenfold(`pull ${hubLink}`)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("tenfold open") });
});

test.each([
  "tenfold://model/",
  "tenfold://model/../../etc/passwd",
  "tenfold://model/%E0%A4%A",
  "tenfold://model/a/b",
  "tenfold://elsewhere/tenfold-tiny",
  "tenfold://hub?url=http://127.0.0.1:1&fingerprint=short",
  "tenfold://model/tenfold-tiny?hub=file:///etc/passwd",
  "tenfold://model/tenfold-tiny?hub=javascript:alert(1)",
  `tenfold://model/${"x".repeat(100_000)}`,
  "https://hub.example/models/tenfold-tiny",
])("%.60s is refused as no link", async (text) => {
  expect(await tenfold(`open ${text} --yes`)).toMatchObject({ exitCode: 2, stdout: "" });
});
