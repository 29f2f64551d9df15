import { type Manifest, manifestSchema, parseJson, type Revocation } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { revocationOf } from "../publishing/revocation-of.ts";
import { type ClaimedFile, claimedFiles, commitOf, type MirroredFile, ownOwner } from "./mirrored-file.ts";

/** A repository at one moment. */
export interface Revision {
  readonly repository: string;
  readonly commit: string;
  /** When the release came out that published these files. */
  readonly publishedAt: Date;
  /** By path; never empty. */
  readonly files: ReadonlyMap<string, MirroredFile>;
}

export type RevisionAnswer = Revision | "unknown-repository" | "unknown-revision";

/** Older commits are found among so many releases: a download that began before the newest one ends well. */
const searchedReleases = 100;

interface Publication {
  readonly publishedAt: Date;
  readonly manifests: string[];
}

/**
 * Finds the files of a repository as far as the hub publishes and holds them and nothing of them is revoked.
 * @param repository `owner/name` on the Hugging Face Hub, or `tenfold/<id>`
 * @param revision `main` or `HEAD` (the stable channel), `beta`, a commit of ours, or one of the Hugging Face Hub that manifests pin
 */
export async function findRevision(database: Database, repository: string, revision: string): Promise<RevisionAnswer> {
  const publications = await findPublications(database, repository);
  if (publications.size === 0) return "unknown-repository";
  const channels = new Map((await database.channel.findMany()).map(({ id, releaseNumber }) => [id, releaseNumber]));
  // What no channel publishes any more is not served, whatever it was called when it was.
  const current = [...channels.values()].filter((number) => publications.has(number));
  if (current.length === 0) return "unknown-repository";
  const revocations = (await database.revocation.findMany()).map(revocationOf);
  const at = (number: number | undefined, upstream?: string) => {
    const publication = number === undefined ? undefined : publications.get(number);
    return publication && readRevision(database, repository, publication, revocations, upstream);
  };

  if (!/^[0-9a-f]{40}$/.test(revision)) {
    const channel = { main: "stable", HEAD: "stable" }[revision] ?? revision;
    if (channel !== "stable" && channel !== "beta") return "unknown-revision";
    const found = await at(channels.get(channel));
    if (found) return found;
    return channel === "stable" ? "unknown-repository" : "unknown-revision";
  }
  for (const number of publications.keys()) {
    const found = await at(number);
    if (found?.commit === revision) return found;
    const pinned = await at(number, revision);
    if (pinned) return pinned;
  }
  return "unknown-revision";
}

/** By release, the newest first. */
async function findPublications(database: Database, repository: string): Promise<Map<number, Publication>> {
  const id = repository.startsWith(`${ownOwner}/`) ? repository.slice(ownOwner.length + 1) : undefined;
  const rows = await database.releaseModel.findMany({
    where: id === undefined ? { manifest: { files: { some: { repository } } } } : { modelId: id },
    include: { release: true },
    orderBy: [{ releaseNumber: "desc" }, { modelId: "asc" }],
    take: searchedReleases,
  });
  const publications = new Map<number, Publication>();
  for (const { releaseNumber, manifestSha256, release } of rows) {
    const publication = publications.get(releaseNumber) ?? { publishedAt: release.publishedAt, manifests: [] };
    publication.manifests.push(manifestSha256);
    publications.set(releaseNumber, publication);
  }
  return publications;
}

/** Nothing when the hub holds none of its files. */
async function readRevision(
  database: Database,
  repository: string,
  { publishedAt, manifests }: Publication,
  revocations: readonly Revocation[],
  upstream: string | undefined,
): Promise<Revision | undefined> {
  const claimed: ClaimedFile[] = [];
  for (const digest of manifests) claimed.push(...claimedFiles(await readManifest(database, digest), repository, revocations));
  const wanted = upstream === undefined ? claimed : claimed.filter((file) => file.upstream === upstream);
  const stored = await database.storedFile.findMany({ where: { sha256: { in: wanted.map(({ sha256 }) => sha256) } } });
  const sizeOf = new Map(stored.map(({ sha256, sizeBytes }) => [sha256, Number(sizeBytes)]));
  const files = new Map<string, MirroredFile>();
  for (const { path, sha256 } of wanted) {
    const sizeBytes = sizeOf.get(sha256);
    if (sizeBytes !== undefined && !files.has(path)) files.set(path, { path, sha256, sizeBytes });
  }
  if (files.size === 0) return undefined;
  return { repository, commit: upstream ?? commitOf([...files.values()]), publishedAt, files };
}

async function readManifest(database: Database, sha256: string): Promise<Manifest> {
  const { bytes } = await database.document.findUniqueOrThrow({ where: { sha256 } });
  return parseJson(manifestSchema, new TextDecoder().decode(bytes), `manifest ${sha256}`);
}
