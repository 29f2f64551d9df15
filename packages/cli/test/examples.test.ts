import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installPacked } from "@tenfold/tooling/packed";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, onTestFinished, test } from "vitest";
import { startHub } from "./start-hub.ts";

const run = promisify(execFile);
const minutes = 60_000;
const examplesFolder = fileURLToPath(new URL("../../../examples", import.meta.url));
const starterFolder = fileURLToPath(new URL("../../../apps/hub-web/starter", import.meta.url));
const { peerDependencies } = JSON.parse(await readFile(new URL("../../adapter-llamacpp/package.json", import.meta.url), "utf8"));

/** The peer that Node needs, in the version that the adapter asks for. */
const nodePeers = { "node-llama-cpp": peerDependencies["node-llama-cpp"] };

/** A dependency in the version that the tests of a package run with. */
async function testedVersion(folder: string, dependency: string): Promise<string> {
  return JSON.parse(await readFile(new URL(`../../${folder}/node_modules/${dependency}/package.json`, import.meta.url), "utf8")).version;
}

/** What the README of each says: install, run, see. */
const examples = [
  {
    name: "ai-sdk",
    packages: ["@tenfold/ai-sdk", "@tenfold/core", "@tenfold/adapter-llamacpp"],
    others: { ...nodePeers, ai: await testedVersion("ai-sdk", "ai"), zod: await testedVersion("ai-sdk", "zod") },
    prints: "It is sunny and 18 degrees in Paris.",
  },
  { name: "first-answer", packages: ["@tenfold/core", "@tenfold/adapter-llamacpp"], others: nodePeers, prints: "17 + 15 = 32." },
];

test("every example is among those that are tried", async () => {
  expect((await readdir(examplesFolder)).sort()).toEqual(examples.map(({ name }) => name));
});

test.for(examples)("$name does what its README says, with packed packages, and again without the hub", { timeout: 10 * minutes }, async (example, context) => {
  needFullTests(context);
  const { name, packages, others, prints } = example;
  const readme = await readFile(join(examplesFolder, name, "README.md"), "utf8");
  expect(readme).toContain(`npm install ${[...packages, ...Object.keys(others)].join(" ")}\nnode ${name}.mjs\n`);
  expect(readme).toContain(`prints \`${prints}\``);

  const folder = await mkdtemp(join(tmpdir(), "tenfold-example-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await installPacked(packages, { folder, others });
  await cp(join(examplesFolder, name, `${name}.mjs`), join(folder, `${name}.mjs`));
  const hub = await startHub(starterFolder);
  const answer = async () => (await run(process.execPath, [`${name}.mjs`, hub.url], { cwd: folder })).stdout;
  try {
    expect(await answer()).toBe(prints);
  } finally {
    await hub.stop();
  }
  expect(await answer()).toBe(prints);
});
