import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import { isSameOrigin } from "../http/same-origin.ts";
import type { Hub } from "../hub/open-hub.ts";
import { permits } from "../people/actor.ts";
import { bearerToken, findActor } from "../people/find-actor.ts";

/** Where files arrive piece by piece, by the tus protocol: what was broken off is gone on from. */
export interface Uploads {
  /** Answers a request at {@link uploadsPath}. */
  answer(request: Request, hub: Hub): Promise<Response>;
  /** A file that has arrived whole; undefined otherwise. */
  find(id: string): Promise<FinishedUpload | undefined>;
  remove(id: string): Promise<void>;
  /** What began more than a week ago, finished or not. */
  abandoned(now: Date): Promise<{ id: string; name: string; sizeBytes: number }[]>;
}

export interface FinishedUpload {
  readonly location: string;
  readonly sizeBytes: number;
  /** As the person's computer calls it: one name, no folders. */
  readonly name: string;
  /** As the person's browser hashed it. */
  readonly sha256: string;
}

export const uploadsPath = "/api/uploads";

const keptMs = 7 * 24 * 3_600_000;
const idForm = /^[0-9a-f]{32}$/;

/** @param mostBytes of one file */
export function openUploads({ folder, mostBytes }: { folder: string; mostBytes: number }): Uploads {
  const directory = join(folder, "uploads");
  const store = new FileStore({ directory, expirationPeriodInMilliseconds: keptMs });
  const server = new Server({
    path: uploadsPath,
    datastore: store,
    relativeLocation: true,
    maxSize: mostBytes,
    // Ids become names of files: ours, and nothing that a path could be made of.
    getFileIdFromRequest: (_request, last) => (last !== undefined && idForm.test(last) ? last : undefined),
    async onUploadCreate(_request, { size, metadata }) {
      if (size === undefined || size === 0) throw problem(400, "The file is empty, or its size is not known.");
      if (!isPlainName(metadata?.name)) throw problem(400, "The file's name may hold no folders, no control characters, and at most 255 characters.");
      if (!/^[0-9a-f]{64}$/.test(metadata?.sha256 ?? "")) throw problem(400, "The upload does not say the file's SHA-256.");
      return {};
    },
  });

  return {
    async answer(request, hub) {
      const actor = await findActor(hub, request.headers);
      if (actor === undefined) return refusal(401, "Sign in first.");
      if (!permits(actor, "curator")) return refusal(403, "This needs the role curator.");
      if (bearerToken(request.headers) === undefined && !isSameOrigin(request.headers, hub.publicUrl))
        return refusal(403, "This request came from another site's page.");
      // Files are read back as artifacts, once they were verified.
      if (request.method === "GET") return refusal(405, "Uploads are not downloaded from here.");
      return server.handleWeb(request);
    },
    async find(id) {
      if (!idForm.test(id)) return undefined;
      const upload = await store.getUpload(id).catch(() => undefined);
      const { name, sha256 } = upload?.metadata ?? {};
      if (upload?.size === undefined || upload.offset !== upload.size || !isPlainName(name) || !sha256) return undefined;
      return { location: join(directory, id), sizeBytes: upload.size, name, sha256 };
    },
    async remove(id) {
      if (!idForm.test(id)) throw new TenfoldError("invalid-input", "There is no such upload.");
      await store.remove(id).catch(() => {});
      await rm(join(directory, `${id}.kept`), { force: true });
      // The file may have moved on to where artifacts are kept.
      await Promise.resolve(store.configstore.delete(id)).catch(() => {});
    },
    async abandoned(now) {
      // The library lists no upload whose file has gone: one that was taken in just before the hub was killed.
      const ids = (await readdir(directory)).flatMap((name) => (name.endsWith(".json") && idForm.test(name.slice(0, -5)) ? [name.slice(0, -5)] : []));
      const found = await Promise.all(ids.map((id) => store.configstore.get(id)));
      return found.flatMap((upload) =>
        upload !== undefined && now.getTime() - Date.parse(upload.creation_date ?? "") > keptMs
          ? [{ id: upload.id, name: upload.metadata?.name ?? upload.id, sizeBytes: upload.size ?? 0 }]
          : [],
      );
    },
  };
}

function isPlainName(name: string | null | undefined): name is string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return typeof name === "string" && name.length > 0 && name.length <= 255 && !/[/\\\u0000-\u001f\u007f]/.test(name) && name !== "." && name !== "..";
}

/** What @tus/server answers with. */
const problem = (status_code: number, body: string) => ({ status_code, body });

function refusal(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status, headers: { "cache-control": "no-store" } });
}
