import { type Commit, type CommittedFile, type HostedRepository, pointerBytes } from "./hugging-face-repository.ts";

export interface HubAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** In place of JSON. */
  readonly text?: string;
  /** A file of Git's own, served with ranges. */
  readonly file?: CommittedFile;
}

export function refused(status: number, code: string, message: string): HubAnswer {
  return { status, headers: { "x-error-code": code, "x-error-message": message }, json: { error: message } };
}

/** The fields of a model that the Hub sends without being asked for more. */
const usual = ["_id", "id", "modelId", "private", "gated", "downloads", "likes", "tags", "pipeline_tag", "lastModified", "sha", "siblings", "author"];

/** A model as `/api/models` describes it; `expand` names the fields that are wanted, all of the usual ones when it names none. */
export function modelAnswer(name: string, repository: HostedRepository, commit: Commit, expand: readonly string[]): Record<string, unknown> {
  const known: Record<string, unknown> = {
    downloads: 0,
    likes: 0,
    tags: [],
    lastModified: "2026-01-01T00:00:00.000Z",
    ...repository.info,
    author: name.split("/")[0],
    modelId: name,
    private: repository.private ?? false,
    gated: repository.gated ?? false,
    sha: commit.id,
    siblings: [...commit.files.keys()].map((rfilename) => ({ rfilename })),
  };
  const wanted = expand.length > 0 ? expand : usual;
  return { _id: commit.id.slice(0, 24), id: name, ...Object.fromEntries(Object.entries(known).filter(([key]) => wanted.includes(key))) };
}

/** A folder of a commit, as `/tree` lists it. */
export function treeEntries(commit: Commit, folder: string, recursive: boolean): unknown[] {
  const inside = folder === "" ? "" : `${folder}/`;
  const entries: unknown[] = [];
  const folders = new Set<string>();
  for (const { path, oid, sha256, served } of commit.files.values()) {
    if (!path.startsWith(inside)) continue;
    const rest = path.slice(inside.length).split("/");
    for (let depth = 1; depth < (recursive ? rest.length : Math.min(rest.length, 2)); depth += 1) {
      const at = inside + rest.slice(0, depth).join("/");
      if (!folders.has(at)) entries.push({ type: "directory", oid: commit.id, size: 0, path: at });
      folders.add(at);
    }
    if (!recursive && rest.length > 1) continue;
    const size = served.sizeBytes;
    entries.push({ type: "file", oid, size, path, ...(sha256 ? { lfs: { oid: sha256, size, pointerSize: pointerBytes } } : {}) });
  }
  return entries;
}

/** One page of a list, and the link to the next. */
export function page(items: readonly unknown[], url: URL, pageSize: number): HubAnswer {
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const end = start + Math.min(pageSize, Number(url.searchParams.get("limit") ?? pageSize));
  const next = new URL(url);
  next.searchParams.set("cursor", String(end));
  return { status: 200, json: items.slice(start, end), ...(end < items.length ? { headers: { link: `<${next.href}>; rel="next"` } } : {}) };
}
