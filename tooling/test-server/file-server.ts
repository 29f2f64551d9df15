import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createFaultScript, type Fault } from "./fault.ts";
import { type PlannedResponse, planResponse } from "./plan-response.ts";
import { responseBody } from "./response-body.ts";
import { createServedFile, type ServedFile } from "./served-file.ts";

export interface FileServerOptions {
  /** Path ("/model.gguf") to the bytes, or to the path of a file on disk. */
  readonly files: Readonly<Record<string, Uint8Array | string>> | ReadonlyMap<string, Uint8Array | string>;
  readonly faults?: readonly Fault[];
  /** Sent with every response: what a page of another origin needs, for one. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** 0 until the status line is sent. */
  readonly status: number;
  /** Body bytes given to the socket so far; a client that leaves early has read fewer. */
  readonly bytesSent: number;
}

export interface FileServer {
  /** "http://127.0.0.1:PORT", without a slash at the end. */
  readonly origin: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly ServedRequest[];
  url(path: string): string;
  requestCount(path?: string): number;
  /** Body bytes sent, for one path or for all. */
  bytesSent(path?: string): number;
  /** Adds a line to the script. */
  addFault(fault: Fault): void;
  /** Adds a file or replaces it, with a new ETag. */
  setFile(path: string, source: Uint8Array | string): void;
  /** Lets stalled responses go on. */
  release(): void;
  /** Resolves when the `count`-th stalled response since the start has gone silent. */
  stalled(count?: number): Promise<void>;
  /** Cuts every connection that is open now; whoever comes after is served. */
  disconnect(): void;
  /** Closes every connection. Safe to call twice. */
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback address: ranges, ETag, If-Range and HEAD done right, and wrong where the script says so. */
export async function startFileServer({ files, faults = [], headers = {} }: FileServerOptions): Promise<FileServer> {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  const served = new Map<string, ServedFile>(entries.map(([path, source]) => [path, createServedFile(source)]));
  const script = createFaultScript(faults);
  const requests: { method: string; path: string; headers: IncomingMessage["headers"]; status: number; bytesSent: number }[] = [];
  const stalls = createStalls();

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const method = request.method ?? "GET";
    const path = decodeURIComponent(new URL(request.url ?? "/", origin).pathname);
    const record = { method, path, headers: request.headers, status: 0, bytesSent: 0 };
    requests.push(record);
    const misbehaviour = script.next(method, path);
    const file = served.get(path);
    const plan = refusal(method, file, misbehaviour?.kind) ?? planResponse(file ?? createServedFile(new Uint8Array()), request.headers, misbehaviour);
    record.status = plan.status;
    response.writeHead(plan.status, { ...headers, ...plan.headers });
    if (method === "HEAD") return void response.end();
    if (file === undefined || plan.range === undefined) return void response.end(plan.text ?? "");

    response.flushHeaders();
    for await (const step of responseBody(file, plan.range, misbehaviour)) {
      if (step === "drop") return void response.destroy();
      if (step === "stall") await stalls.wait(response);
      else if (!response.destroyed) {
        record.bytesSent += step.byteLength;
        await written(response, step);
      }
      if (response.destroyed) return;
    }
    response.end();
  }

  const total = (path: string | undefined) => requests.filter((request) => path === undefined || request.path === path);
  return {
    origin,
    requests,
    url: (path) => `${origin}${path}`,
    requestCount: (path) => total(path).length,
    bytesSent: (path) => total(path).reduce((sum, request) => sum + request.bytesSent, 0),
    addFault: (fault) => script.add(fault),
    setFile: (path, source) => void served.set(path, createServedFile(source)),
    release: stalls.release,
    stalled: stalls.reached,
    disconnect: () => server.closeAllConnections(),
    async close() {
      stalls.release();
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refusal(method: string, file: ServedFile | undefined, kind: string | undefined): PlannedResponse | undefined {
  if (kind === "status" || kind === "redirect") return undefined;
  if (method !== "GET" && method !== "HEAD") return { status: 405, headers: { allow: "GET, HEAD" }, text: "GET and HEAD only" };
  return file === undefined ? { status: 404, headers: {}, text: "no such file" } : undefined;
}

/** Resolves when the bytes have left for the socket, or the client has. */
function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.write(bytes, () => {
      response.off("close", resolve);
      resolve();
    });
  });
}

function createStalls() {
  let waiting: (() => void)[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];
  let reachedCount = 0;
  return {
    wait(response: ServerResponse): Promise<void> {
      return new Promise((resolve) => {
        waiting.push(resolve);
        response.once("close", resolve);
        reachedCount += 1;
        for (const watcher of watchers) if (watcher.count <= reachedCount) watcher.resolve();
        watchers = watchers.filter(({ count }) => count > reachedCount);
      });
    },
    release() {
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    reached(count = 1): Promise<void> {
      if (reachedCount >= count) return Promise.resolve();
      return new Promise((resolve) => void watchers.push({ count, resolve }));
    },
  };
}
