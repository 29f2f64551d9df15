import { readConfiguration } from "../configuration.ts";
import { openLog } from "../log.ts";
import { startServer } from "../server/start-server.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";
import { toldToStop } from "./told-to-stop.ts";

export interface StartOptions extends DataOption {
  readonly port?: string;
  readonly host?: string;
  readonly dev?: boolean;
}

/** `tenfold-hub start`: runs until it is told to stop. Options win over the environment. */
export async function start({ port, host, dev = false, ...options }: StartOptions): Promise<void> {
  const configuration = readConfiguration({
    ...commandEnvironment(options),
    ...(port !== undefined && { PORT: port }),
    ...(host !== undefined && { HOST: host }),
  });
  const log = openLog(configuration.logFormat, (line) => process.stdout.write(`${line}\n`));
  log.info("Tenfold hub is starting");
  const stopping = toldToStop();

  const server = await startServer({ configuration, log, development: dev });
  log.info(`Tenfold hub is ready: ${server.url}`);
  const signal = await stopping;
  log.info(`${signal}: stopping, running requests may finish`);
  await server.stop();
  log.info("stopped");
}
