import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "@tenfold/core";
import { type AccessOptions, createAccess } from "./access.ts";
import { errorAnswer } from "./error-answer.ts";
import { createMetrics } from "./metrics.ts";
import { sendJson } from "./route.ts";
import { findRoute } from "./routes.ts";
import type { ServedModels } from "./served-models.ts";

export interface ModelServerOptions extends AccessOptions {
  models: ServedModels;
  log: Log;
  now?: () => number;
}

export interface ModelServer {
  /** "http://127.0.0.1:11435". */
  listen(address: { host: string; port: number }): Promise<string>;
  /** Takes no more requests, lets those under way end for so long, then cuts them off. Safe to call twice. */
  stop(graceMs: number): Promise<void>;
}

export function createModelServer({ models, log, now = Date.now, ...access }: ModelServerOptions): ModelServer {
  const gate = createAccess(access);
  const metrics = createMetrics(models);
  const ending = new AbortController();
  let stopping: Promise<void> | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = now();
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const found = findRoute(request.method ?? "GET", path);
    const route = "route" in found ? found.route : undefined;
    const left = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) left.abort(new DOMException("The client left.", "AbortError"));
      metrics.answered(route?.path ?? "none", response.statusCode, (now() - startedAt) / 1000);
    });
    const dialect = route?.dialect ?? (path.startsWith("/api/") ? "ollama" : "openai");
    try {
      gate.allow(request, response);
      if (request.method === "OPTIONS") return void response.writeHead(204).end();
      if (path === "/health") return sendJson(response, { status: stopping ? "stopping" : "ok" }, stopping ? 503 : 200);
      gate.check(request);
      if (path === "/metrics") return void response.setHeader("content-type", metrics.contentType).end(await metrics.text());
      if ("allowed" in found) return refuse(response, found.allowed, path, dialect);
      if (stopping) throw new TenfoldError("disposed", "The server is stopping.", { remedy: "Ask again when it runs." });
      const signal = AbortSignal.any([left.signal, ending.signal]);
      const id = (prefix: string) => prefix + randomUUID().replaceAll("-", "");
      await found.route.handle({ models, request, response, rest: found.rest, signal, now: () => Math.floor(now() / 1000), id });
    } catch (error) {
      if (left.signal.aborted) return;
      if (!TenfoldError.is(error)) log("error", `${request.method} ${path} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const { status, headers, body } = errorAnswer(error, dialect);
      if (response.headersSent) return void response.destroy();
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      // What of the body nobody has read would be taken for the next request.
      if (!request.complete) response.setHeader("connection", "close");
      sendJson(response, body, status);
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  return {
    async listen({ host, port }) {
      server.listen(port, host);
      await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
        throw listenError(error, host, port);
      });
      const address = server.address() as AddressInfo;
      return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    },
    stop(graceMs) {
      stopping ??= (async () => {
        const closed = server.listening ? once(server, "close") : undefined;
        server.close();
        server.closeIdleConnections();
        const timer = setTimeout(() => ending.abort(new TenfoldError("disposed", "The server stopped.")), graceMs);
        const cut = new Promise<void>((resolve) => ending.signal.addEventListener("abort", () => resolve(), { once: true }));
        await Promise.race([closed, cut]);
        clearTimeout(timer);
        ending.abort(new TenfoldError("disposed", "The server stopped."));
        await models.dispose();
        server.closeAllConnections();
        await closed;
      })();
      return stopping;
    },
  };
}

function refuse(response: ServerResponse, allowed: readonly string[], path: string, dialect: "openai" | "ollama"): void {
  const status = allowed.length > 0 ? 405 : 404;
  const message = allowed.length > 0 ? `${path} takes ${allowed.join(" and ")}.` : `There is no ${path} here.`;
  if (allowed.length > 0) response.setHeader("allow", allowed.join(", "));
  sendJson(response, dialect === "ollama" ? { error: message } : { error: { message, type: "invalid_request_error", param: null, code: null } }, status);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const remedy =
    error.code === "EADDRINUSE" ? "Another program has that port: choose another one with --port." : "Choose another address with --host and --port.";
  return new TenfoldError("invalid-input", `The server cannot listen on ${host}:${port}: ${error.message}`, { cause: error, remedy });
}
