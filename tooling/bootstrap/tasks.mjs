import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { ensureInstalled, installAndLock } from "./install.mjs";
import { runBenches } from "./run-benches.mjs";
import { runStep } from "./run-step.mjs";
import { runTests } from "./run-tests.mjs";
import { startHub } from "./start-hub.mjs";
import { root, stepEnvironment } from "./surroundings.mjs";
import { turbo } from "./turbo.mjs";
import { findPackages } from "./workspace-packages.mjs";

const tasks = {
  start: startHub,
  test: (words) => testPackages(words, false),
  "test:full": (words) => testPackages(words, true),
  build: (words) => runInPackages("build", words),
  lint: (words) => runInPackages("lint", words),
  types: (words) => runInPackages("types", words),
  bench: runBenches,
  format,
  tenfold: runTenfold,
  setup: installAndLock,
};

/** Runs one of the root scripts and sets the exit code; what goes wrong is told in a sentence, with what to do. */
export async function runTask(name, words) {
  try {
    if (!Object.hasOwn(tasks, name ?? "")) throw new Failure(`There is no task ${name ?? "without a name"}.`, `Tasks: ${Object.keys(tasks).join(", ")}`);
    const code = await tasks[name](words);
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.details) process.stderr.write(`${error.details}\n\n`);
    process.stderr.write(`tenfold: ${error.message}\n         ${error.remedy}\n`);
    process.exitCode = 1;
  }
}

/** `npm test -- core --minutes 20`: the tests of the packages named or of all, as far as so many minutes go. */
async function testPackages(words, full) {
  const { values, positionals } = parseArgs({ args: words, options: { minutes: { type: "string" } }, allowPositionals: true });
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new Failure(`--minutes is ${values.minutes}.`, "Give a number of minutes: --minutes 40");
  return runTests(positionals, { full, minutes });
}

/** `npm run build -- core`: one turbo task, in the packages named or in all. */
async function runInPackages(task, names) {
  const filters = findPackages(names).map(({ name }) => `--filter=${name}`);
  await ensureInstalled("all");
  const { command, words, env } = await turbo(["run", task, ...(names.length > 0 ? filters : [])]);
  return runStep(command, words, { cwd: root, env });
}

async function format(paths) {
  await ensureInstalled("all");
  const program = join(root, "node_modules/@biomejs/biome/bin/biome");
  return runStep(process.execPath, [program, "check", "--write", ...(paths.length > 0 ? paths : ["."])], { cwd: root, env: stepEnvironment() });
}

/** The command line, from its sources: installed first where it is not, then run in this very process. */
export async function runTenfold(words) {
  await ensureInstalled("cli");
  const program = join(root, "packages/cli/bin/tenfold.mjs");
  process.argv = [process.execPath, program, ...words];
  await import(pathToFileURL(program).href);
}
