import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { need } from "@tenfold/tooling/requirement";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { sampledTokens } from "../../../test/sampled-tokens.ts";

const run = promisify(execFile);
const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: "linux64-bin/hermes", darwin: "osx-bin/hermes", win32: "win64-bin/hermes.exe" };
const hermes = fileURLToPath(new URL(`../../../node_modules/hermes-engine-cli/${platforms[process.platform] ?? "none"}`, import.meta.url));

test("the same logits and seed give the same tokens in Hermes as in this engine", async (context) => {
  need(context, "hermes", existsSync(hermes), `no Hermes for ${process.platform} is in hermes-engine-cli`);
  const folder = await mkdtemp(join(tmpdir(), "tenfold-hermes-"));
  try {
    const script = join(folder, "script.js");
    const { outputFiles } = await build({
      stdin: {
        contents: 'import { sampledTokens } from "./sampled-tokens.ts"; print(JSON.stringify(sampledTokens()));',
        resolveDir: fileURLToPath(new URL("../../../test", import.meta.url)),
      },
      // Nothing fails here, and this Hermes of 2022 reads no classes: the error's is left out.
      plugins: [
        {
          name: "error-without-class",
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /^@tenfold\/catalog$/ }, () => ({ path: "catalog", namespace: "stand-in" }));
            onLoad({ filter: /./, namespace: "stand-in" }, () => ({ contents: "export const TenfoldError = Error;" }));
          },
        },
      ],
      bundle: true,
      format: "iife",
      platform: "neutral",
      target: "es2015",
      write: false,
    });
    await writeFile(script, outputFiles[0]?.text ?? "");
    const { stdout } = await run(hermes, ["-O", script]);
    const tokens = sampledTokens();
    expect(tokens.length).toBeGreaterThan(400);
    expect(JSON.parse(stdout)).toEqual(tokens);
  } finally {
    await rm(folder, { recursive: true });
  }
});
