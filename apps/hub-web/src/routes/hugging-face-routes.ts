import { parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { artifactResponse } from "../http/artifact-response.ts";
import { corsHeaders } from "../http/cors.ts";
import { jsonResponse } from "../http/json-response.ts";
import { readBody } from "../http/read-body.ts";
import type { Hub } from "../hub/open-hub.ts";
import { describeFile, describeFolder, describeRevision } from "../hugging-face/describe-revision.ts";
import { findRevision, type Revision } from "../hugging-face/find-revision.ts";
import type { PublicRoute } from "./public-route.ts";

// The layout that clients of the Hugging Face Hub ask for, so that HF_ENDPOINT may name this hub. Errors are in that Hub's form, which its clients read.

const repository = "(?<owner>[^/]+)/(?<name>[^/]+)";
const exposed = {
  ...corsHeaders,
  "access-control-expose-headers": `${corsHeaders["access-control-expose-headers"]}, X-Repo-Commit, X-Linked-Size, X-Linked-Etag, X-Error-Code`,
};

/** `GET /owner/name/resolve/revision/path`: the bytes, whole or a range. */
const resolveRoute: PublicRoute = {
  path: new RegExp(`^/(?!api/|_next/)${repository}/resolve/(?<revision>[^/]+)/(?<path>.+)$`),
  name: "/{owner}/{name}/resolve/{revision}/{path}",
  answer: (request, match, hub) =>
    withRevision(match, hub, async (revision, { revision: asked, path = "" }) => {
      const file = revision.files.get(path);
      if (file === undefined) return refused(404, "EntryNotFound", `${revision.repository} has no file ${path} at ${asked}, or this hub does not hold it.`);
      const response = await artifactResponse(request, file.sha256, hub.store);
      if (response.status >= 400) return response.status === 404 ? refused(404, "EntryNotFound", "This hub does not hold the file.") : response;
      const headers = new Headers(response.headers);
      for (const [name, value] of Object.entries(fileHeaders(revision.commit, file.sha256, file.sizeBytes, path))) headers.set(name, value);
      // A commit names its files for ever, a branch does not.
      if (asked !== revision.commit) headers.set("cache-control", "no-cache, no-transform");
      return new Response(response.body, { status: response.status, headers });
    }),
};

const modelRoute: PublicRoute = {
  path: new RegExp(`^/api/models/${repository}(?:/revision/(?<revision>[^/]+))?$`),
  name: "/api/models/{owner}/{name}/revision/{revision}",
  answer: (request, match, hub) => withRevision(match, hub, async (revision) => json(request, describeRevision(revision))),
};

const treeRoute: PublicRoute = {
  path: new RegExp(`^/api/models/${repository}/tree/(?<revision>[^/]+)(?:/(?<path>.*))?$`),
  name: "/api/models/{owner}/{name}/tree/{revision}/{path}",
  answer: (request, match, hub) =>
    withRevision(match, hub, async (revision, { path = "" }) => {
      const isRecursive = /^(?:true|1)$/i.test(new URL(request.url).searchParams.get("recursive") ?? "");
      const entries = describeFolder(revision, path, isRecursive);
      return entries === undefined ? refused(404, "EntryNotFound", `${revision.repository} has no folder ${path}.`) : json(request, entries);
    }),
};

const pathsSchema = z.object({ paths: z.union([z.array(z.string()).max(1000), z.string().transform((path) => [path])]) });

/** Asks for some files at once. By POST, though it changes nothing. */
const pathsInfoRoute: PublicRoute = {
  path: new RegExp(`^/api/models/${repository}/paths-info/(?<revision>[^/]+)$`),
  name: "/api/models/{owner}/{name}/paths-info/{revision}",
  method: "POST",
  answer: (request, match, hub) =>
    withRevision(match, hub, async ({ files }) => {
      const { paths } = await readPaths(request);
      const found = paths.flatMap((path) => files.get(path) ?? []);
      return json(request, found.map(describeFile));
    }),
};

export const huggingFaceRoutes: readonly PublicRoute[] = [resolveRoute, modelRoute, treeRoute, pathsInfoRoute];

type Groups = Readonly<Record<string, string | undefined>>;

async function withRevision({ groups = {} }: RegExpExecArray, hub: Hub, answer: (revision: Revision, decoded: Groups) => Promise<Response>): Promise<Response> {
  try {
    const decoded: Groups = Object.fromEntries(Object.entries(groups as Groups).map(([name, text]) => [name, text && decodeURIComponent(text)]));
    const { owner, name, revision = "main" } = decoded;
    const found = await findRevision(hub.database, `${owner}/${name}`, revision);
    if (found === "unknown-repository") return refused(404, "RepoNotFound", "This hub publishes and holds nothing of that repository.");
    if (found === "unknown-revision") return refused(404, "RevisionNotFound", `This hub knows no revision ${revision} of it.`);
    return await answer(found, decoded);
  } catch (error) {
    if (TenfoldError.is(error, "invalid-input")) return refused(400, "BadRequest", error.message);
    if (error instanceof URIError) return refused(400, "BadRequest", "The address is not encoded as addresses are.");
    throw error;
  }
}

function fileHeaders(commit: string, sha256: string, sizeBytes: number, path: string): Record<string, string> {
  const name = path.split("/").at(-1) ?? path;
  return {
    ...exposed,
    "x-repo-commit": commit,
    "x-linked-etag": `"${sha256}"`,
    "x-linked-size": String(sizeBytes),
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
}

async function readPaths(request: Request): Promise<z.output<typeof pathsSchema>> {
  const text = new TextDecoder().decode(await readBody(request, 1024 * 1024));
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  // huggingface_hub sends a form, @huggingface/hub JSON.
  return parse(pathsSchema, isForm ? { paths: new URLSearchParams(text).getAll("paths") } : parsedJson(text), "request", "invalid-input");
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TenfoldError("invalid-input", "The body is not JSON.", { cause });
  }
}

function json(request: Request, value: unknown): Response {
  return jsonResponse(request, { bytes: new TextEncoder().encode(JSON.stringify(value)), immutable: false });
}

function refused(status: number, code: string, message: string): Response {
  const text = message.replace(/[^\x20-\x7e]/g, "?");
  return Response.json({ error: message }, { status, headers: { ...exposed, "cache-control": "no-store", "x-error-code": code, "x-error-message": text } });
}
