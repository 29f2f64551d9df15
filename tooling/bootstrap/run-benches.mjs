import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { runStep } from "./run-step.mjs";
import { stepEnvironment } from "./surroundings.mjs";
import { findPackages } from "./workspace-packages.mjs";

const ending = ".bench.ts";

/** `npm run bench -- downloads`: every `bench/NAME.bench.ts` of a package is a bench, a program of its own; without a name all run, one by one. */
export async function runBenches(names) {
  const benches = findBenches();
  const unknown = names.filter((name) => !benches.has(name));
  if (unknown.length > 0) throw new Failure(`There is no bench called ${unknown.join(", ")}.`, `Benches: ${[...benches.keys()].sort().join(", ")}`);
  await ensureInstalled("all");
  for (const name of names.length > 0 ? names : [...benches.keys()].sort()) {
    const { folder, program } = benches.get(name);
    const code = await runStep(process.execPath, ["--import", "tsx", program], { cwd: folder, env: stepEnvironment() });
    if (code !== 0) return code;
  }
}

/** Where each bench lies, by its name. */
export function findBenches() {
  const benches = new Map();
  for (const { path: folder } of findPackages([])) {
    for (const file of programsIn(join(folder, "bench"))) benches.set(file.slice(0, -ending.length), { folder, program: join(folder, "bench", file) });
  }
  return benches;
}

function programsIn(folder) {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(ending));
  } catch {
    return [];
  }
}
