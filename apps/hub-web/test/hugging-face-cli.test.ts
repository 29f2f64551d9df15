import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { expect, onTestFinished, test } from "vitest";
import { newDatabaseEnvironment } from "./new-database.ts";
import { bigFile, sampleModels, sha256, writeStarter } from "./sample-starter.ts";
import { startHub } from "./start-hub.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

/** The command `hf` of a new Python environment; nothing where there is no Python, or nowhere to have the package from. */
async function installCommand(folder: string): Promise<string | undefined> {
  try {
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin/pip"), ["install", "--quiet", "huggingface_hub==2.4.0"]);
    return join(folder, "bin/hf");
  } catch {
    return undefined;
  }
}

test("hf download takes models from a hub that HF_ENDPOINT names", async (context) => {
  needFullTests(context);
  const folder = await temporaryFolder();
  const hf = await installCommand(join(folder, "python"));
  need(context, "huggingface_hub", hf !== undefined, "apt-get install -y python3-venv, and a registry to install huggingface_hub from");

  const models = sampleModels();
  for (const artifact of models[0]?.variants[0]?.artifacts ?? []) {
    Object.assign(artifact, { sources: [{ kind: "hugging-face", repository: "Example/Local-GGUF", path: "q8/local.gguf" }] });
  }
  const starter = await writeStarter(join(folder, "starter"), models);
  const hub = startHub({ ...(await newDatabaseEnvironment()), TENFOLD_HUB_DATA: join(folder, "data"), TENFOLD_HUB_STARTER: starter });
  onTestFinished(() => void hub.end("SIGKILL"));
  const env = { ...process.env, HF_ENDPOINT: await hub.ready(), HF_HOME: join(folder, "cache"), HF_HUB_DISABLE_TELEMETRY: "1" };

  for (const [repository, file] of [
    ["Example/Local-GGUF", "q8/local.gguf"],
    ["tenfold/local", "gguf-q8_0/local-q8_0.gguf"],
  ] as const) {
    const whole = join(folder, "whole", repository);
    await run(hf ?? "", ["download", repository, "--local-dir", whole], { env });
    expect(sha256(await readFile(join(whole, file)))).toBe(sha256(bigFile()));
    const one = join(folder, "one", repository);
    await run(hf ?? "", ["download", repository, file, "--local-dir", one], { env });
    expect(sha256(await readFile(join(one, file)))).toBe(sha256(bigFile()));
  }
  await expect(run(hf ?? "", ["download", "nobody/nothing"], { env })).rejects.toThrow(/not found|404/i);
});
