// Generates the Prisma client into src/generated (ignored by git), when the schema is not the one it was generated from.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const packageFile = require.resolve("prisma/package.json");
const { version, bin } = JSON.parse(readFileSync(packageFile, "utf8"));

const output = join(folder, "src/generated/prisma");
const stampFile = join(folder, "src/generated/stamp");
const stamp = createHash("sha256")
  .update(version)
  .update(readFileSync(join(folder, "prisma/schema.prisma")))
  .digest("hex");

if (!existsSync(output) || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
  rmSync(output, { recursive: true, force: true });
  // Generating needs no schema engine, but the command fails offline unless some executable is named as one.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };
  const command = join(dirname(packageFile), typeof bin === "string" ? bin : bin.prisma);
  const result = spawnSync(process.execPath, [command, "generate", "--no-hints"], { cwd: folder, env, encoding: "utf8" });
  if (result.status !== 0) {
    process.stderr.write(`prisma generate failed${result.signal ? ` (killed by ${result.signal})` : ""}:\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}
