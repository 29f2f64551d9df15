// The whole build: the Prisma client, then the pages and the initial database side by side.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..");
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };

await node("scripts/generate-client.mjs");
await Promise.all([node(next, "build"), node("scripts/build-initial-database.mjs")]);

async function node(...words) {
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: "inherit" });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (...how) => resolve(how));
  });
  if (code === 0) return;
  console.error(`${words.join(" ")} ${signal ? `was killed by ${signal}` : `failed with ${code}`}`);
  process.exit(1);
}
