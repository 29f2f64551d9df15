import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createFaultScript, type Fault, type Misbehaviour } from "./fault.ts";
import { type FileServer, type ServedRequest, startFileServer } from "./file-server.ts";
import { type HubAnswer, modelAnswer, page, refused, treeEntries } from "./hugging-face-answers.ts";
import { type Commit, commitOf, type HostedFile, type HostedRepository } from "./hugging-face-repository.ts";
import { planResponse } from "./plan-response.ts";
import { responseBody } from "./response-body.ts";

export interface HuggingFaceServerOptions {
  /** By "owner/name". */
  readonly repositories: Readonly<Record<string, HostedRepository>>;
  /** Tokens that are known, each with the gated or private repositories that it may read. */
  readonly tokens?: Readonly<Record<string, readonly string[]>>;
  /** Most entries of a page of a list. Default 1000. */
  readonly pageSize?: number;
  /** What the Hub itself does wrong. `storage.addFault` does the same for large files. */
  readonly faults?: readonly Fault[];
}

export interface HuggingFaceServer {
  /** Address of the Hub. */
  readonly origin: string;
  /** Every request to the Hub so far. Paths are without the query. */
  readonly requests: readonly ServedRequest[];
  /** The other host, which large files come from. */
  readonly storage: FileServer;
  /** The commit that `main` is at. */
  commit(repository: string): string;
  /** Adds a repository, or makes a new commit of one. */
  setRepository(name: string, repository: HostedRepository): void;
  addFault(fault: Fault): void;
  close(): Promise<void>;
}

interface Hosted {
  repository: HostedRepository;
  /** The newest last. */
  commits: Commit[];
}

/**
 * A server that speaks the Hugging Face Hub's protocol, as far as models are searched, described, listed and read: its API, `/resolve`
 * with `X-Repo-Commit` and `X-Linked-*`, large files by redirect to another host with signed addresses, gated repositories.
 */
export async function startHuggingFaceServer(options: HuggingFaceServerOptions): Promise<HuggingFaceServer> {
  const { tokens = {}, pageSize = 1000, faults = [] } = options;
  const hosted = new Map<string, Hosted>();
  const storage = await startFileServer({ files: {} });
  const script = createFaultScript(faults);
  const requests: { method: string; path: string; headers: IncomingMessage["headers"]; status: number; bytesSent: number }[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function setRepository(name: string, repository: HostedRepository): void {
    const commit = commitOf(repository);
    hosted.set(name, { repository, commits: [...(hosted.get(name)?.commits ?? []), commit] });
    for (const { path, sha256 } of commit.files.values()) {
      if (sha256 !== undefined) storage.setFile(`/${sha256}`, sourceOf(repository.files[path]));
    }
  }
  for (const [name, repository] of Object.entries(options.repositories)) setRepository(name, repository);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const method = request.method ?? "GET";
    const url = new URL(request.url ?? "/", origin);
    const path = decodeURIComponent(url.pathname);
    const record = { method, path, headers: request.headers, status: 0, bytesSent: 0 };
    requests.push(record);
    const fault = script.next(method, path);
    if (fault?.kind === "drop") return void response.destroy();
    const found: HubAnswer = fault?.kind === "status" ? faultyAnswer(fault) : route(url, path, tokenOf(request));
    if (found.file === undefined) {
      record.status = found.status;
      const body = found.text ?? (found.json === undefined ? "" : JSON.stringify(found.json));
      response.writeHead(found.status, { "content-type": "application/json; charset=utf-8", ...found.headers });
      record.bytesSent = method === "HEAD" ? 0 : body.length;
      return void response.end(method === "HEAD" ? undefined : body);
    }
    const file = { ...found.file.served, etag: `"${found.file.oid}"` };
    const plan = planResponse(file, request.headers, fault);
    record.status = plan.status;
    response.writeHead(plan.status, { ...plan.headers, ...found.headers });
    if (method === "HEAD" || !plan.range) return void response.end(plan.text);
    for await (const step of responseBody(file, plan.range, fault)) {
      if (typeof step === "string") return void response.destroy();
      record.bytesSent += step.byteLength;
      response.write(step);
    }
    response.end();
  }

  function route(url: URL, path: string, token: string | undefined): HubAnswer {
    if (token !== undefined && !(token in tokens)) return { status: 401, json: { error: "Invalid credentials in Authorization header" } };
    if (path === "/api/models") return search(url, token);
    const [, api, name = "", what, rest = ""] =
      /^(\/api\/models)\/([^/]+\/[^/]+)(?:\/(revision|tree)\/(.+))?$/.exec(path) ?? /^()\/([^/]+\/[^/]+)\/(resolve)\/(.+)$/.exec(path) ?? [];
    const one = hosted.get(name);
    if (!one || (one.repository.private && !mayRead(name, token))) {
      // Who has not signed in is not told what does not exist.
      return refused(token === undefined ? 401 : 404, "RepoNotFound", "Repository not found");
    }
    const [revision = "main", ...inside] = rest === "" ? [] : rest.split("/");
    const commit = ["main", "HEAD"].includes(revision) ? one.commits.at(-1) : one.commits.find(({ id }) => id === revision);
    if (!commit) return refused(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    if (api && what !== "tree") return { status: 200, json: modelAnswer(name, one.repository, commit, url.searchParams.getAll("expand")) };
    if (api) return page(treeEntries(commit, inside.join("/"), url.searchParams.get("recursive") === "true"), url, pageSize);
    return resolve(name, one.repository, commit, inside.join("/"), token);
  }

  function search(url: URL, token: string | undefined): HubAnswer {
    const words = (url.searchParams.get("search") ?? "").toLowerCase().split(/\s+/);
    const author = url.searchParams.get("author");
    const tags = url.searchParams.getAll("filter");
    const expand = url.searchParams.getAll("expand");
    const found = [...hosted].filter(([name, { repository }]) => {
      const own = repository.info?.tags;
      return (
        (!repository.private || mayRead(name, token)) &&
        words.every((word) => name.toLowerCase().includes(word)) &&
        (author === null || name.startsWith(`${author}/`)) &&
        tags.every((tag) => Array.isArray(own) && own.includes(tag))
      );
    });
    return page(
      found.flatMap(([name, { repository, commits }]) => commits.slice(-1).map((commit) => modelAnswer(name, repository, commit, expand))),
      url,
      pageSize,
    );
  }

  function resolve(name: string, repository: HostedRepository, commit: Commit, path: string, token: string | undefined): HubAnswer {
    if (repository.gated && !mayRead(name, token)) {
      const message = `Access to model ${name} is restricted and you are not in the authorized list.`;
      return refused(token === undefined ? 401 : 403, "GatedRepo", message);
    }
    const file = commit.files.get(path);
    if (!file) return refused(404, "EntryNotFound", "Entry not found");
    const headers = { "x-repo-commit": commit.id };
    if (file.sha256 === undefined) return { status: 200, headers, file };
    return {
      status: 302,
      headers: {
        ...headers,
        location: `${storage.origin}/${file.sha256}?signature=of-this-request`,
        "x-linked-size": String(file.served.sizeBytes),
        "x-linked-etag": `"${file.sha256}"`,
        etag: `"${file.sha256}"`,
      },
    };
  }

  const mayRead = (name: string, token: string | undefined) => token !== undefined && (tokens[token] ?? []).includes(name);

  return {
    origin,
    requests,
    storage,
    commit: (name) => hosted.get(name)?.commits.at(-1)?.id ?? "",
    setRepository,
    addFault: (fault) => script.add(fault),
    async close() {
      await storage.close();
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function faultyAnswer({ status, headers, body }: Misbehaviour & { kind: "status" }): HubAnswer {
  return { status, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { text: body }) };
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
}

function sourceOf(given: Uint8Array | string | HostedFile | undefined): Uint8Array | string {
  if (given === undefined) return new Uint8Array(0);
  return given instanceof Uint8Array || typeof given === "string" ? given : given.source;
}
