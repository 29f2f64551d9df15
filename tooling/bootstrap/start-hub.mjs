import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildInputs } from "./build-inputs.mjs";
import { Failure, tail } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say } from "./progress.mjs";
import { runQuietStep } from "./run-step.mjs";
import { cacheFolder, requireWritableFolder, root } from "./surroundings.mjs";
import { turbo } from "./turbo.mjs";
import { watchParent } from "./watch-parent.mjs";

const hub = join(root, "apps/hub-web");

/** `npm start`: installs and builds what the hub needs where that is not done yet, then becomes the hub. */
export async function startHub(words) {
  requireWritableFolder();
  await requireFreePort(process.env.PORT ?? "3210", process.env.HOST ?? "127.0.0.1");
  await ensureInstalled("hub");
  await ensureBuilt();
  say("starting the hub");
  watchParent(() => process.kill(process.pid, "SIGTERM"));
  const program = join(hub, "bin/tenfold-hub.mjs");
  process.argv = [process.execPath, program, "start", ...words];
  await import(pathToFileURL(program).href);
}

/** The hub checks again when it listens; asked here, the answer comes before a minute of building. */
async function requireFreePort(port, host) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Failure(`PORT is "${port}", which is no port number.`, "Use one from 1 to 65535: PORT=3211 npm start");
  const server = createServer();
  const error = await new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(Number(port), host, () => server.close(() => resolve(undefined)));
  });
  if (error?.code === "EADDRINUSE") {
    throw new Failure(`Port ${port} is in use.`, `Stop what uses it, or take another port: PORT=${Math.min(Number(port) + 1, 65_535)} npm start`);
  }
  if (error?.code === "EACCES") throw new Failure(`Port ${port} needs more rights than you have.`, "Take a port above 1023: PORT=3211 npm start");
}

async function ensureBuilt() {
  const stamp = join(hub, ".next/.tenfold-inputs");
  const inputs = buildInputs("hub-web");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;
  say("building the hub");
  const logFile = join(cacheFolder, "build-hub.log");
  const { command, words, env } = await turbo(["run", "build", "--filter=hub-web", "--output-logs=new-only"]);
  const log = await runQuietStep(command, words, { cwd: root, env, logFile });
  if (log !== undefined) throw new Failure("The hub could not be built.", `The whole log: ${logFile}`, tail(log, 40));
  writeFileSync(stamp, inputs);
}
