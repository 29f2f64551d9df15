import { isIP } from "node:net";
import { TenfoldError } from "@tenfold/catalog";
import { createServedModels } from "../serve/served-models.ts";
import { createModelServer } from "../serve/server.ts";
import { type GlobalOptions, logTo, openTenfold, type Session } from "../session.ts";

export interface ServeOptions {
  host: string;
  port: number;
  origin?: readonly string[];
  /** Answers of one model at once. */
  parallel?: number;
  maxWaiting: number;
  /** Seconds. */
  queueTimeout: number;
  /** Seconds. */
  idleTimeout: number;
  /** Megabytes, of all models together. */
  memoryLimit?: number;
  contextSize?: number;
  threads?: number;
  framework?: string;
}

const graceMs = 30_000;
const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** Answers requests until the user stops it. @param names models to load before the first request. */
export async function serve(session: Session, names: readonly string[], options: GlobalOptions & ServeOptions, signal: AbortSignal): Promise<void> {
  const { host, port, contextSize, threads, framework, parallel, memoryLimit } = options;
  const apiKeys = (session.environment.TENFOLD_API_KEYS ?? "")
    .split(",")
    .map((key) => key.trim())
    .filter(Boolean);
  const isLoopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  if (!isLoopback && apiKeys.length === 0)
    throw new TenfoldError("invalid-input", `On ${host} anybody who reaches this device could use its models.`, {
      remedy: "Put keys into TENFOLD_API_KEYS, with commas between them, or leave --host out.",
    });
  const memory = {
    idleTimeoutMs: options.idleTimeout * 1000,
    ...(memoryLimit === undefined ? {} : { limitBytes: memoryLimit * 1_000_000 }),
  };
  const models = createServedModels({
    tenfold: openTenfold(session, options, "hubs", memory),
    load: {
      ...(contextSize === undefined ? {} : { contextSize }),
      ...(threads === undefined ? {} : { threads }),
      ...(framework === undefined ? {} : { framework }),
      ...(parallel === undefined ? {} : { parallel }),
    },
    maxWaiting: options.maxWaiting,
    queueTimeoutMs: options.queueTimeout * 1000,
  });
  const server = createModelServer({
    ...{ models, apiKeys, origins: options.origin ?? [], log: logTo(session, options) },
    ...(isLoopback ? { hosts: [...loopback, isIP(host) === 6 ? `[${host}]` : host] } : {}),
  });
  try {
    for (const name of names) (await models.visit(name, signal)).leave();
    const url = await server.listen({ host, port });
    session.stdout.write(options.json ? `${JSON.stringify({ url })}\n` : `OpenAI's routes are at ${url}/v1, Ollama's at ${url}. Ctrl-C stops.\n`);
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    session.stderr.write("Stopping when the answers under way have ended.\n");
  } finally {
    await server.stop(graceMs);
  }
}
