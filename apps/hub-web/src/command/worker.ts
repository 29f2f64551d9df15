import { TenfoldError } from "@tenfold/catalog";
import { readConfiguration } from "../configuration.ts";
import { openHub } from "../hub/open-hub.ts";
import { startHubWorker } from "../jobs/hub-worker.ts";
import { openLog } from "../log.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";
import { toldToStop } from "./told-to-stop.ts";

/** `tenfold-hub worker`: takes jobs, answers no requests, and runs until it is told to stop. What it was doing goes on elsewhere then. */
export async function work(options: DataOption): Promise<void> {
  const { port: _port, host: _host, proxies: _proxies, graceMs: _graceMs, logFormat, jobs, ...hubOptions } = readConfiguration(commandEnvironment(options));
  if (hubOptions.databaseUrl === undefined) {
    throw new TenfoldError("invalid-input", "A worker shares its database with the hub, and PGlite belongs to one process.", {
      remedy: "Set DATABASE_URL to a PostgreSQL server, for the hub too; on PGlite the hub takes its jobs itself.",
    });
  }
  const log = openLog(logFormat, (line) => process.stdout.write(`${line}\n`));
  const stopping = toldToStop();
  const hub = await openHub({ ...hubOptions, log });
  try {
    const worker = await startHubWorker(hub, { ...jobs, concurrency: Math.max(1, jobs.concurrency) });
    log.info("Tenfold worker is ready");
    log.info(`${await stopping}: stopping, running jobs are put back`);
    await worker.stop();
  } finally {
    await hub.close();
  }
  log.info("stopped");
}
