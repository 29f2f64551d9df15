import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TenfoldError } from "@tenfold/catalog";
import next from "next";
import type { Configuration } from "../configuration.ts";
import { applicationFolder } from "../folders.ts";
import { setCurrentHub } from "../hub/current-hub.ts";
import { type Hub, openHub } from "../hub/open-hub.ts";
import { startHubWorker } from "../jobs/hub-worker.ts";
import type { Worker } from "../jobs/start-worker.ts";
import type { Log } from "../log.ts";
import { linkForFirstAdministrator } from "../people/links.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { createHttpServer } from "./create-http-server.ts";
import { drain } from "./drain.ts";
import { listen } from "./listen.ts";
import { observeRequests } from "./observe-requests.ts";
import { refuseRequests } from "./refuse-requests.ts";

export interface RunningServer {
  readonly url: string;
  /** Lets running requests finish, for `graceMs` at most (by default what is configured), then closes the database and gives the data folder back. */
  stop(graceMs?: number): Promise<void>;
}

export interface StartServerOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  /** Next's development server: compiles pages as they are asked for. */
  readonly development?: boolean;
}

/** Starts the whole hub in this process. Leaves nothing open when it fails. */
export async function startServer({ configuration, log, development = false }: StartServerOptions): Promise<RunningServer> {
  const { port, host, jobs, proxies, logFormat, graceMs: usualGraceMs, ...hubOptions } = configuration;
  const stopping = new AbortController();
  let handle: Handler = answerStarting;
  const server = createHttpServer((request, response) => handle(request, response));
  // The port is taken before anything slow happens: when somebody else has it, that is known at once.
  await listen(server, port, host);
  const url = urlOf(server, host);
  const application = next({ dev: development, dir: applicationFolder, hostname: host, port: Number(new URL(url).port), httpServer: server });

  let closeHub = async () => {};
  let worker: Worker | undefined;
  const stop = async (graceMs = usualGraceMs) => {
    stopping.abort(new Error("the hub is stopping"));
    await Promise.all([drain(server, graceMs), worker?.stop()]);
    setCurrentHub(undefined);
    await application.close().catch((error: unknown) => log.warn(`the pages did not stop cleanly: ${String(error)}`));
    await closeHub();
  };

  try {
    log.info(`opening the data folder ${configuration.dataFolder}`);
    // Settled rather than raced: whichever fails, what the other one opened must be closed.
    const [hub, pages] = await Promise.allSettled([openHub({ ...hubOptions, log, stopping: stopping.signal }), application.prepare()]);
    if (hub.status === "fulfilled") {
      closeHub = hub.value.close;
      setCurrentHub(hub.value);
    }
    if (hub.status === "rejected") throw hub.reason;
    if (pages.status === "rejected") throw notBuilt(pages.reason);
    if (jobs.concurrency > 0) worker = await startHubWorker(hub.value, jobs);
    const answering = refuseRequests(createHandler(hub.value, application.getRequestHandler(), proxies), { proxies });
    handle = observeRequests(answering, { metrics: hub.value.metrics, log, logsRequests: logFormat === "json" });
    await inviteFirstAdministrator(hub.value, hub.value.publicUrl ?? url);
    return { url, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

/** Whoever reads the console may become the first administrator. */
async function inviteFirstAdministrator({ database, log, clock }: Hub, url: string): Promise<void> {
  const link = await linkForFirstAdministrator(database, clock());
  if (link !== undefined) log.info(`nobody has an account yet; become the administrator, within a day: ${url}${link.path}`);
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "1", "cache-control": "no-store" });
  response.end("The hub is starting.\n");
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = ["0.0.0.0", "::"].includes(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function notBuilt(error: unknown): TenfoldError {
  return TenfoldError.from(error, "storage-failed", "The pages could not be started", { remedy: "Build them first: npm run build -- hub-web" });
}
